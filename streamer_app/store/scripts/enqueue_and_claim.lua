-- generation, epoch, id, rank, kind. What it claims is whatever stands first, not always what it brought.
local no = refused(ARGV[2])
if no then return no end
local placed = place(ARGV[3], ARGV[4], ARGV[5])
local claim = claim_next(ARGV[2])
if claim == STALE then return STALE end
return {placed, unpack(claim)}
