-- generation, epoch, 'waiting' or 'held', then rank, id, kind of each entry: 500 at most, Lua's stack is finite.
local no = not_building(ARGV[2])
if no then return no end
local ranks, kinds = {}, {}
for i = 4, #ARGV, 3 do
  ranks[#ranks + 1] = ARGV[i]
  ranks[#ranks + 1] = ARGV[i + 1]
  kinds[#kinds + 1] = ARGV[i + 1]
  kinds[#kinds + 1] = ARGV[i + 2]
end
if ARGV[3] == 'held' then
  redis.call('ZADD', HELD, unpack(ranks))
else
  redis.call('ZADD', WAITING, unpack(ranks))
end
redis.call('HSET', KIND, unpack(kinds))
return {'ok'}
