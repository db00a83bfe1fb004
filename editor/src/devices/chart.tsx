import { NativeSelect, SegmentedControl, Switch } from "@mantine/core";
import { useState } from "react";
import { t } from "../text/text.ts";
import { Scroll } from "../ui/scroll.tsx";
import { Empty, Pending } from "../ui/states.tsx";
import { humanise, moment, span, words } from "../ui/words.ts";
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
    <section className={classes.chart} aria-label={t("device.history")}>
      <header>
        <NativeSelect
          aria-label={t("device.valueToShow")}
          size="xs"
          data={keys.map((value) => ({ value, label: humanise(value) }))}
          value={key}
          onChange={(event) => setPicked(event.currentTarget.value)}
          disabled={keys.length === 0}
        />
        <SegmentedControl
          aria-label={t("device.range")}
          size="xs"
          data={ranges.map(({ value, ms }) => ({ value, label: span(ms) }))}
          value={range.value}
          onChange={(value) => setRange(ranges.find((each) => each.value === value) ?? ranges[0])}
        />
        <Switch
          size="sm"
          label={t("device.asTable")}
          checked={asTable}
          onChange={(event) => setAsTable(event.currentTarget.checked)}
        />
      </header>
      {key && <History device={device} name={key} range={range} asTable={asTable} />}
      {latest && !key && (
        <Empty title={t("device.nothing")}>
          <p>{t("device.nothingText")}</p>
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
        <Pending query={query} what={t("device.historyThe")} />
      </div>
    );
  if (query.data.times.length === 0)
    return (
      <div className={classes.body}>
        <Empty title={t("device.noRange", { name: humanise(name), range: span(range.ms) })}>
          <p>{t("device.noRangeText")}</p>
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
    [t("device.lowest"), values.reduce((a, b) => Math.min(a, b))],
    [t("device.mean"), mean],
    [t("device.highest"), values.reduce((a, b) => Math.max(a, b))],
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
    <Scroll className={classes.table} label={t("device.historyTable")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("device.time")}</th>
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
