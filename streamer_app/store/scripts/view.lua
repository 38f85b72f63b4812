-- generation, limit. Answers: ok, paused, count of waiting, how many of them follow, size of the stage (5 or 0),
-- the stage, then id, rank, kind of each waiting entry and of each held one.
if stale() then return STALE end
local limit = tonumber(ARGV[2])
local rows = {}

local function append(key)
  if limit < 1 then return true end
  local shown = redis.call('ZRANGE', key, 0, limit - 1, 'WITHSCORES')
  for i = 1, #shown, 2 do
    local kind = redis.call('HGET', KIND, shown[i])
    if not kind then return false end
    rows[#rows + 1] = shown[i]
    rows[#rows + 1] = shown[i + 1]
    rows[#rows + 1] = kind
  end
  return true
end

if not append(WAITING) then return damaged() end
local shown_waiting = #rows / 3
if not append(HELD) then return damaged() end
local paused = redis.call('HGET', FLAGS, 'paused')
if not paused then return damaged() end

local answer = {'ok', paused, tostring(redis.call('ZCARD', WAITING)), string.format('%d', shown_waiting)}
local on_stage = redis.call('EXISTS', STAGE) == 1
answer[#answer + 1] = on_stage and '5' or '0'
if on_stage then
  for _, field in ipairs({'id', 'rank', 'run_kind', 'epoch', 'counter'}) do
    answer[#answer + 1] = redis.call('HGET', STAGE, field)
  end
end
for i = 1, #rows do
  answer[#answer + 1] = rows[i]
end
return answer
