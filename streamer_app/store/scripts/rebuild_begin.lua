-- generation, epoch, counter, paused. Forgets everything but the highest epoch and, within it, the highest counter.
local epoch, counter = ARGV[2], ARGV[3]
local stored_epoch, stored_counter = redis.call('HGET', FLAGS, 'epoch'), redis.call('HGET', FLAGS, 'counter')
if fenced_out(epoch) then return FENCED end
if stored_epoch == epoch and stored_counter and tonumber(counter) < tonumber(stored_counter) then
  counter = stored_counter
end
redis.call('DEL', GENERATION, WAITING, KIND, HELD, STAGE)
redis.call('HSET', FLAGS, 'epoch', epoch, 'counter', counter, 'paused', ARGV[4], 'building', ARGV[1])
return {'ok'}
