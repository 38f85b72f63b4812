-- Stands in front of every script. The six keys of one streamer come in this order in every call and are the only keys
-- a script touches (Cluster, ACL); ARGV[1] is always the caller's generation. Every script answers a flat list of
-- strings whose first is a word: numbers travel as strings, because Redis' Lua would round them to 14 digits.
local GENERATION, WAITING, KIND, HELD, STAGE, FLAGS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local STALE, FENCED, BUSY, PAUSED, EMPTY = {'stale'}, {'fenced'}, {'busy'}, {'paused'}, {'empty'}

local function stale()
  return redis.call('GET', GENERATION) ~= ARGV[1]
end

local function fenced_out(epoch)
  local stored = redis.call('HGET', FLAGS, 'epoch')
  return stored and tonumber(epoch) < tonumber(stored)
end

-- The hash of flags must not be missing while the generation stands: without its counter a fence would repeat.
local function refused(epoch)
  if fenced_out(epoch) then return FENCED end
  if stale() or redis.call('HEXISTS', FLAGS, 'counter') == 0 then return STALE end
  return nil
end

local function not_building(epoch)
  if fenced_out(epoch) then return FENCED end
  if redis.call('HGET', FLAGS, 'building') ~= ARGV[1] then return STALE end
  return nil
end

-- A part of the queue is gone (evicted, deleted by hand): without a generation the caller rebuilds everything.
local function damaged()
  redis.call('DEL', GENERATION)
  return STALE
end

local function place(id, rank, kind)
  if redis.call('HGET', STAGE, 'id') == id then return 'on_stage' end
  if redis.call('ZSCORE', HELD, id) then return 'held' end
  if redis.call('ZSCORE', WAITING, id) then return 'present' end
  redis.call('ZADD', WAITING, rank, id)
  redis.call('HSET', KIND, id, kind)
  return 'added'
end

local function set_stage(id, rank, kind, epoch, counter)
  redis.call('HSET', STAGE, 'id', id, 'rank', rank, 'run_kind', kind, 'epoch', epoch, 'counter', counter)
end

local function claim_next(epoch)
  if redis.call('EXISTS', STAGE) == 1 then return BUSY end
  if redis.call('HGET', FLAGS, 'paused') == '1' then return PAUSED end
  local first = redis.call('ZRANGE', WAITING, 0, 0, 'WITHSCORES')
  local id, rank = first[1], first[2]
  if not id then return EMPTY end
  local kind = redis.call('HGET', KIND, id)
  if not kind then return damaged() end
  redis.call('ZREM', WAITING, id)
  redis.call('HDEL', KIND, id)
  redis.call('HINCRBY', FLAGS, 'counter', 1)
  redis.call('HSET', FLAGS, 'epoch', epoch)
  local counter = redis.call('HGET', FLAGS, 'counter')
  set_stage(id, rank, kind, epoch, counter)
  return {'claimed', id, rank, kind, epoch, counter}
end

local function fence_on_stage(epoch, counter)
  return redis.call('HGET', STAGE, 'epoch') == epoch and redis.call('HGET', STAGE, 'counter') == counter
end

-- Moves an id between two sorted sets with its rank; its kind stays where it is.
local function shift(from, to, id)
  local rank = redis.call('ZSCORE', from, id)
  if not rank then return {'absent'} end
  redis.call('ZREM', from, id)
  redis.call('ZADD', to, rank, id)
  return {'moved'}
end
