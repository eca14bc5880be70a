import type { Page as ListPage } from '../../../api/client.ts'
import { concerns, type Euicc, type TimelineEntry } from '../../../api/euiccs.ts'
import { useResource } from '../../../api/resource.ts'
import { Badge } from '../../../parts/badge.tsx'
import { Empty, Loaded } from '../../../parts/notice.tsx'
import { type Column, Table } from '../../../parts/table.tsx'
import { exactTime } from '../../../parts/time.ts'
import { useSearch } from '../../../shell/location.ts'
import { LaneChart } from '../lane-chart.tsx'
import { LANES, type Mark, markOf } from '../timeline-lanes.ts'

const COLUMNS: readonly Column<Mark>[] = [
  { title: 'When', cell: ({ at }) => <time datetime={new Date(at).toISOString()}>{exactTime(at)}</time> },
  { title: 'What', cell: ({ event, tone }) => <Badge tone={tone} text={event} /> },
  {
    title: 'Of it',
    cell: ({ detail, operation }) =>
      operation === null ? (
        detail
      ) : (
        <a href={`/console/operations/${operation}`}>{detail || 'the operation'}</a>
      ),
  },
]

/** Lanes for the eye, and the same as a list. */
export function TimelineTab({ euicc: { eid, nextExpectedAt } }: { readonly euicc: Euicc }) {
  const timeline = useResource<ListPage<TimelineEntry>>(`/v1/euiccs/${eid}/timeline?limit=200`, concerns(eid))
  const { values, change } = useSearch()
  const lane = LANES.find((each) => each === values.get('lane'))
  return (
    <Loaded resource={timeline} what="what happened">
      {({ data }) => {
        const marks = data.map(markOf)
        if (marks.length === 0) return <Empty title="Nothing has happened yet" />
        return (
          <>
            <LaneChart
              marks={marks}
              nextExpectedAt={nextExpectedAt}
              chosen={lane}
              choose={(name) => change({ lane: name })}
            />
            <Table
              caption="What happened, newest first"
              columns={COLUMNS}
              rows={lane ? marks.filter((mark) => mark.lane === lane) : marks}
              keyOf={({ id }) => String(id)}
            />
          </>
        )
      }}
    </Loaded>
  )
}
