-- generation, epoch, then nothing or what is still on stage: id, rank, kind, epoch, counter. Opens the queue.
local no = not_building(ARGV[2])
if no then return no end
if ARGV[3] then
  redis.call('ZREM', WAITING, ARGV[3])
  redis.call('ZREM', HELD, ARGV[3])
  redis.call('HDEL', KIND, ARGV[3])
  set_stage(ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7])
end
redis.call('HDEL', FLAGS, 'building')
redis.call('SET', GENERATION, ARGV[1])
return {'ok'}
