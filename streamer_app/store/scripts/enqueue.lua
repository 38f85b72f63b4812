-- generation, id, rank, kind
if stale() then return STALE end
return {place(ARGV[2], ARGV[3], ARGV[4])}
