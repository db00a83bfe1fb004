import { tailLength } from "./port.ts";

/**
 * Commits one evaluated batch, or nothing.
 * KEYS 1 checkpoint (hash: sequence, p:<producer>), 2 state (hash), 3 effects (hash by sequence), 4 points (hash by sequence),
 *      5 wakes (hash by device), 6 BullMQ's marker of the lane's queue
 * ARGV 1 expected sequence, 2 new sequence, 3 producer, 4 batch number, 5 effects or "", 6 points or "",
 *      7 lines of keys and values, alternating (an empty value deletes the key)
 *      8 lines of keys and what is added to the end of their values, of which the last 512 characters stay
 *      9 lines of devices and when they want a tick, ms (empty: no longer)
 * Returns 1 committed, 0 conflict.
 */
export const commitScript = `
local sequence = redis.call('HGET', KEYS[1], 'sequence') or '0'
if sequence ~= ARGV[1] then return 0 end
local last = redis.call('HGET', KEYS[1], 'p:' .. ARGV[3])
if last and tonumber(last) >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], 'sequence', ARGV[2], 'p:' .. ARGV[3], ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', KEYS[3], ARGV[2], ARGV[5]) end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[4], ARGV[2], ARGV[6]) end
local set = {}
local function flush(hash)
  if #set > 0 then redis.call('HSET', hash, unpack(set)) end
  set = {}
end
local function put(hash, key, value)
  set[#set + 1] = key
  set[#set + 1] = value
  if #set >= 4000 then flush(hash) end
end
local function putAll(hash, lines)
  for key, value in string.gmatch(lines, '([^\\n]*)\\n([^\\n]*)\\n') do
    if value == '' then redis.call('HDEL', hash, key) else put(hash, key, value) end
  end
end
-- Whoever takes a batch leaves it for further workers; it would make the only one look once more, for nothing.
redis.call('DEL', KEYS[6])
putAll(KEYS[5], ARGV[9])
flush(KEYS[5])
putAll(KEYS[2], ARGV[7])
for key, tail in string.gmatch(ARGV[8], '([^\\n]*)\\n([^\\n]*)\\n') do
  put(KEYS[2], key, string.sub((redis.call('HGET', KEYS[2], key) or '') .. tail, -${tailLength}))
end
flush(KEYS[2])
return 1
`;

/**
 * Notes that a node is alive, by the server's clock.
 * KEYS 1 nodes (sorted set by last heartbeat, ms)   ARGV 1 node, 2 life in ms
 * Returns the names of the live nodes.
 */
export const heartbeatScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`;

/**
 * Counts the devices in a portion of a lane's state.
 * KEYS 1 state (hash)   ARGV 1 cursor, "0" at the beginning
 * Returns the cursor of the next portion, "0" at the end, and how many devices this one has.
 */
export const countDevicesScript = `
local found = redis.call('HSCAN', KEYS[1], ARGV[1], 'MATCH', 'c:*', 'COUNT', 1000)
return {found[1], #found[2] / 2}
`;
