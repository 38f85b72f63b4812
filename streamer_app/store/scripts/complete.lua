-- generation, epoch, counter
if stale() then return STALE end
if not fence_on_stage(ARGV[2], ARGV[3]) then return {'other'} end
redis.call('DEL', STAGE)
return {'ok'}
