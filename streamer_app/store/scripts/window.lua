-- generation, first place (0 is next), last place. Answers ok, then id, rank, kind of each waiting entry in between.
if stale() then return STALE end
local answer = {'ok'}
local shown = redis.call('ZRANGE', WAITING, ARGV[2], ARGV[3], 'WITHSCORES')
for i = 1, #shown, 2 do
  local kind = redis.call('HGET', KIND, shown[i])
  if not kind then return damaged() end
  answer[#answer + 1] = shown[i]
  answer[#answer + 1] = shown[i + 1]
  answer[#answer + 1] = kind
end
return answer
