-- generation, id
if stale() then return STALE end
return shift(WAITING, HELD, ARGV[2])
