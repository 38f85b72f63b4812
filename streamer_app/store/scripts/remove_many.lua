-- generation, then ids: 500 at most. Takes them out of waiting and held; answers how many were in either.
if stale() then return STALE end
local found = {}
for i = 2, #ARGV do
  if redis.call('ZSCORE', WAITING, ARGV[i]) or redis.call('ZSCORE', HELD, ARGV[i]) then
    found[#found + 1] = ARGV[i]
  end
end
if #found > 0 then
  redis.call('ZREM', WAITING, unpack(found))
  redis.call('ZREM', HELD, unpack(found))
  redis.call('HDEL', KIND, unpack(found))
end
return {'ok', string.format('%d', #found)}
