import { tailLength } from "./port.ts";

/**
 * Tables of the lanes, and the commit of one evaluated batch.
 * `state` is lines of keys and values, alternating; an empty value deletes the key. `tails` is lines of keys and what is
 * added to the end of their values; `wakes` is lines of devices and times.
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

CREATE OR REPLACE FUNCTION backbone.pairs(lines text) RETURNS TABLE (key text, value text) LANGUAGE sql IMMUTABLE AS $$
  SELECT min(line) FILTER (WHERE at % 2 = 1), min(line) FILTER (WHERE at % 2 = 0)
  FROM string_to_table(left(lines, -1), E'\\n') WITH ORDINALITY AS split(line, at) GROUP BY (at + 1) / 2
$$;

CREATE OR REPLACE FUNCTION backbone.commit(
  in_lane int, in_expected bigint, in_sequence bigint, in_producer text, in_number bigint,
  in_state text, in_tails text, in_wakes text, in_effects text, in_points text
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  UPDATE backbone.lanes
  SET sequence = in_sequence, producers = producers || jsonb_build_object(in_producer, in_number)
  WHERE lane = in_lane AND sequence = in_expected
    AND coalesce((producers ->> in_producer)::bigint, 0) < in_number;
  IF NOT FOUND THEN RETURN false; END IF;
  IF in_state <> '' THEN
    WITH pairs AS (SELECT * FROM backbone.pairs(in_state)),
    gone AS (
      DELETE FROM backbone.state USING pairs WHERE lane = in_lane AND state.key = pairs.key AND pairs.value = ''
    )
    INSERT INTO backbone.state SELECT in_lane, key, value FROM pairs WHERE value <> ''
    ON CONFLICT (lane, key) DO UPDATE SET value = excluded.value;
  END IF;
  IF in_tails <> '' THEN
    INSERT INTO backbone.state AS kept
    SELECT in_lane, key, right(value, ${tailLength}) FROM backbone.pairs(in_tails)
    ON CONFLICT (lane, key) DO UPDATE SET value = right(kept.value || excluded.value, ${tailLength});
  END IF;
  IF in_wakes <> '' THEN
    WITH pairs AS (SELECT * FROM backbone.pairs(in_wakes)),
    gone AS (
      DELETE FROM backbone.wakes USING pairs WHERE lane = in_lane AND device = pairs.key AND pairs.value = ''
    )
    INSERT INTO backbone.wakes SELECT in_lane, key, value::bigint FROM pairs WHERE value <> ''
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
