-- generation, epoch, counter. Ends what is on stage with that fence and claims what is next, in one step.
local no = refused(ARGV[2])
if no then return no end
if not fence_on_stage(ARGV[2], ARGV[3]) then return {'other'} end
redis.call('DEL', STAGE)
return claim_next(ARGV[2])
