-- generation, id. Answers the entry that was taken out, from wherever it stood.
if stale() then return STALE end
local rank = redis.call('ZSCORE', WAITING, ARGV[2]) or redis.call('ZSCORE', HELD, ARGV[2])
if not rank then return {'absent'} end
local kind = redis.call('HGET', KIND, ARGV[2])
if not kind then return damaged() end
redis.call('ZREM', WAITING, ARGV[2])
redis.call('ZREM', HELD, ARGV[2])
redis.call('HDEL', KIND, ARGV[2])
return {'removed', ARGV[2], rank, kind}
