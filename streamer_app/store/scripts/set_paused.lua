-- generation, '1' or '0'
if stale() then return STALE end
redis.call('HSET', FLAGS, 'paused', ARGV[2])
return {'ok'}
