import { tailLength } from "./port.ts";

/**
 * Tables of the lanes, and the commit of one evaluated batch.
 * State, tails (what is added to the end of values) and wakes come as lines of keys and lines of values: to tell them apart
 * in here would take longer than to write them. What is to be deleted comes as lines of keys.
 * `backbone.commit` gives true when it wrote everything, false when it wrote nothing: the lane's sequence was not
 * the expected one, or the producer's batch had been taken before.
 */
export const backboneSchema = `
CREATE SCHEMA IF NOT EXISTS backbone;
CREATE TABLE IF NOT EXISTS backbone.lanes (
  lane int PRIMARY KEY, sequence bigint NOT NULL DEFAULT 0, producers jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 20);
CREATE TABLE IF NOT EXISTS backbone.state (
  lane int, key text, value text NOT NULL, PRIMARY KEY (lane, key)
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS backbone.wakes (lane int, device text, at bigint NOT NULL, PRIMARY KEY (lane, device));
CREATE TABLE IF NOT EXISTS backbone.effects (lane int, sequence bigint, body text NOT NULL, PRIMARY KEY (lane, sequence));
CREATE TABLE IF NOT EXISTS backbone.points (lane int, sequence bigint, body text NOT NULL, PRIMARY KEY (lane, sequence));

CREATE OR REPLACE FUNCTION backbone.pairs(keys text, vals text) RETURNS TABLE (key text, value text) LANGUAGE sql IMMUTABLE AS $$
  SELECT * FROM ROWS FROM (string_to_table(keys, E'\\n'), string_to_table(vals, E'\\n')) AS pair(key, value)
$$;

CREATE OR REPLACE FUNCTION backbone.commit(
  in_lane int, in_expected bigint, in_sequence bigint, in_producer text, in_number bigint,
  state_keys text, state_values text, state_gone text, tail_keys text, tail_values text,
  wake_keys text, wake_values text, wakes_gone text, in_effects text, in_points text
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE backbone.lanes
  SET sequence = in_sequence, producers = producers || jsonb_build_object(in_producer, in_number)
  WHERE lane = in_lane AND sequence = in_expected
    AND coalesce((producers ->> in_producer)::bigint, 0) < in_number;
  IF NOT FOUND THEN RETURN false; END IF;
  IF state_gone <> '' THEN
    DELETE FROM backbone.state WHERE lane = in_lane AND key IN (SELECT string_to_table(state_gone, E'\\n'));
  END IF;
  IF state_keys <> '' THEN
    INSERT INTO backbone.state SELECT in_lane, key, value FROM backbone.pairs(state_keys, state_values)
    ON CONFLICT (lane, key) DO UPDATE SET value = excluded.value;
  END IF;
  IF tail_keys <> '' THEN
    INSERT INTO backbone.state AS kept
    SELECT in_lane, key, right(value, ${tailLength}) FROM backbone.pairs(tail_keys, tail_values)
    ON CONFLICT (lane, key) DO UPDATE SET value = right(kept.value || excluded.value, ${tailLength});
  END IF;
  IF wakes_gone <> '' THEN
    DELETE FROM backbone.wakes WHERE lane = in_lane AND device IN (SELECT string_to_table(wakes_gone, E'\\n'));
  END IF;
  IF wake_keys <> '' THEN
    INSERT INTO backbone.wakes SELECT in_lane, key, value::bigint FROM backbone.pairs(wake_keys, wake_values)
    ON CONFLICT (lane, device) DO UPDATE SET at = excluded.at;
  END IF;
  IF in_effects <> '' THEN INSERT INTO backbone.effects VALUES (in_lane, in_sequence, in_effects); END IF;
  IF in_points <> '' THEN INSERT INTO backbone.points VALUES (in_lane, in_sequence, in_points); END IF;
  RETURN true;
END $$;

-- BullMQ's recovery of a stalled job puts it behind the others (on Redis: before them). A lane's order must hold.
CREATE OR REPLACE FUNCTION backbone.keep_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seq := OLD.seq;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER keep_place BEFORE UPDATE ON bullmq.job
  FOR EACH ROW WHEN (OLD.state = 'active' AND NEW.state = 'waiting') EXECUTE FUNCTION backbone.keep_place();

-- Each step of a job would write events that nobody here reads: half of the work of a batch.
CREATE OR REPLACE FUNCTION bullmq.publish_event(p_queue text, p_event text, p_data jsonb) RETURNS bigint
  LANGUAGE sql AS $$ SELECT 0::bigint $$;
`;
