-- generation, id
if stale() then return STALE end
return shift(HELD, WAITING, ARGV[2])
