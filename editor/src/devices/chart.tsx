import { NativeSelect, SegmentedControl, Switch } from "@mantine/core";
import { useState } from "react";
import { Scroll } from "../ui/scroll.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { humanise, moment, words } from "../ui/words.ts";
import classes from "./chart.module.css";
import { Plot } from "./plot.tsx";
import { type Latest, type Range, ranges, type SeriesData, useSeries } from "./queries.ts";

/** One numeric key of a device over time, as a curve or as a table. */
export function Chart({ device, latest }: { device: string; latest: Latest | undefined }) {
  const keys = Object.keys(latest ?? {}).filter((key) => typeof latest?.[key]?.value === "number");
  const [picked, setPicked] = useState<string>();
  const [range, setRange] = useState<Range>(ranges[0]);
  const [asTable, setAsTable] = useState(false);
  const key = picked && keys.includes(picked) ? picked : keys[0];
  return (
    <section className={classes.chart} aria-label="History">
      <header>
        <NativeSelect
          aria-label="Value to show"
          size="xs"
          data={keys.map((value) => ({ value, label: humanise(value) }))}
          value={key}
          onChange={(event) => setPicked(event.currentTarget.value)}
          disabled={keys.length === 0}
        />
        <SegmentedControl
          aria-label="Range of time"
          size="xs"
          data={ranges.map(({ value, label }) => ({ value, label }))}
          value={range.value}
          onChange={(value) => setRange(ranges.find((each) => each.value === value) ?? ranges[0])}
        />
        <Switch
          size="sm"
          label="As table"
          checked={asTable}
          onChange={(event) => setAsTable(event.currentTarget.checked)}
        />
      </header>
      {key && <History device={device} name={key} range={range} asTable={asTable} />}
      {latest && !key && (
        <Empty title="Nothing to draw">
          <p>None of the values of this device is a number.</p>
        </Empty>
      )}
    </section>
  );
}

interface HistoryProps {
  device: string;
  name: string;
  range: Range;
  asTable: boolean;
}

function History({ device, name, range, asTable }: HistoryProps) {
  const query = useSeries(device, name, range);
  if (!query.data)
    return (
      <div className={classes.body}>
        <Pending query={query} what="the history" />
      </div>
    );
  if (query.data.times.length === 0)
    return (
      <div className={classes.body}>
        <Empty title={`No ${humanise(name).toLowerCase()} in the last ${range.label}`}>
          <p>Choose a longer range, or wait for the next reading.</p>
        </Empty>
      </div>
    );
  return (
    <>
      <Extremes values={query.data.values} />
      <div className={classes.body}>
        {asTable ? (
          <Table name={name} data={query.data} />
        ) : (
          <Plot name={humanise(name)} range={range} data={query.data} />
        )}
      </div>
    </>
  );
}

function Extremes({ values }: { values: number[] }) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const figures = [
    ["Lowest", values.reduce((a, b) => Math.min(a, b))],
    ["Mean", mean],
    ["Highest", values.reduce((a, b) => Math.max(a, b))],
  ] as const;
  return (
    <dl className={classes.figures}>
      {figures.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{words(Math.round(value * 10) / 10)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Table({ name, data }: { name: string; data: SeriesData }) {
  return (
    <Scroll className={classes.table} label="History as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">{humanise(name)}</th>
          </tr>
        </thead>
        <tbody>
          {data.times
            .map((time, index) => (
              <tr key={time}>
                <td>{moment(time)}</td>
                <td>{words(data.values[index])}</td>
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </Scroll>
  );
}
