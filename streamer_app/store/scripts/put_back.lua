-- generation, epoch, counter, rank or '' for the one it had
if stale() then return STALE end
if not fence_on_stage(ARGV[2], ARGV[3]) then return {'other'} end
local id, rank = redis.call('HGET', STAGE, 'id'), redis.call('HGET', STAGE, 'rank')
if ARGV[4] ~= '' then rank = ARGV[4] end
redis.call('ZADD', WAITING, rank, id)
redis.call('HSET', KIND, id, redis.call('HGET', STAGE, 'run_kind'))
redis.call('DEL', STAGE)
return {'ok'}
