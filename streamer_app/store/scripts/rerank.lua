-- generation, then rank, id of each: 500 at most. Only what waits gets its new rank; answers how many that were.
if stale() then return STALE end
local ranks, count = {}, 0
for i = 2, #ARGV, 2 do
  if redis.call('ZSCORE', WAITING, ARGV[i + 1]) then
    ranks[#ranks + 1] = ARGV[i]
    ranks[#ranks + 1] = ARGV[i + 1]
    count = count + 1
  end
end
if count > 0 then redis.call('ZADD', WAITING, unpack(ranks)) end
return {'ok', string.format('%d', count)}
