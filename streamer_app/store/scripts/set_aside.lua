-- generation, epoch, counter, rank. What is on stage with that fence is held from now on.
if stale() then return STALE end
if not fence_on_stage(ARGV[2], ARGV[3]) then return {'other'} end
local id = redis.call('HGET', STAGE, 'id')
redis.call('ZADD', HELD, ARGV[4], id)
redis.call('HSET', KIND, id, redis.call('HGET', STAGE, 'run_kind'))
redis.call('DEL', STAGE)
return {'ok'}
