-- generation, epoch, counter, id, rank, kind. The facts have put it on stage already: the queue follows.
local no = refused(ARGV[2])
if no then return no end
if redis.call('EXISTS', STAGE) == 1 then return BUSY end
redis.call('ZREM', WAITING, ARGV[4])
redis.call('HDEL', KIND, ARGV[4])
redis.call('ZREM', HELD, ARGV[4])
local counter = redis.call('HGET', FLAGS, 'counter')
if tonumber(counter) < tonumber(ARGV[3]) then counter = ARGV[3] end
redis.call('HSET', FLAGS, 'epoch', ARGV[2], 'counter', counter)
set_stage(ARGV[4], ARGV[5], ARGV[6], ARGV[2], ARGV[3])
return {'ok'}
