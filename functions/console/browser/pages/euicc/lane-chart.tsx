/** Lanes over time: a dot for each thing that happened, a line for now and one for the next contact. The list below tells the same. */
import { linearScale, spread } from '../../charts/scale.ts'
import { useWidth } from '../../charts/use-width.ts'
import { useNow } from '../../live/hooks.ts'
import { clockTime, exactTime } from '../../parts/time.ts'
import { LANES, type Lane, type Mark } from './timeline-lanes.ts'

const LANE_HEIGHT = 30
const TOP = 16
const AXIS_HEIGHT = 22
const LABEL_WIDTH = 96
const TICKS = 5
const DAY_MS = 86_400_000

interface LaneChartProps {
  readonly marks: readonly Mark[]
  /** RFC 3339: when the device should be heard next. */
  readonly nextExpectedAt: string | null
  readonly chosen: Lane | undefined
  /** null: all lanes. */
  readonly choose: (lane: Lane | null) => void
}

export function LaneChart({ marks, nextExpectedAt, chosen, choose }: LaneChartProps) {
  const { ref, width } = useWidth()
  const times = marks.map(({ at }) => at)
  const now = useNow()
  const expected = nextExpectedAt === null ? null : Date.parse(nextExpectedAt)
  const [from, to] = [Math.min(...times), Math.max(now, expected ?? now)]
  const x = linearScale([from, to], [8, width - 8])
  const middle = (lane: Lane) => TOP + LANES.indexOf(lane) * LANE_HEIGHT + LANE_HEIGHT / 2
  const ticks = spread(TICKS + 1, Math.max(2, Math.min(TICKS, Math.floor(width / LABEL_WIDTH))))
  const tickTime = (index: number) => from + ((to - from) * index) / TICKS
  const label = to - from > DAY_MS ? exactTime : clockTime
  return (
    <div class="lanes">
      <ul class="lane-names">
        {LANES.map((lane) => (
          <li key={lane}>
            <button
              type="button"
              class="lane-name"
              aria-pressed={lane === chosen ? 'true' : 'false'}
              onClick={() => choose(lane === chosen ? null : lane)}
            >
              {lane}
              <span class="note">{marks.filter((mark) => mark.lane === lane).length}</span>
            </button>
          </li>
        ))}
      </ul>
      <div class="plot" ref={ref}>
        <svg width={width} height={TOP + LANES.length * LANE_HEIGHT + AXIS_HEIGHT} aria-hidden="true">
          {LANES.map((lane) => (
            <line key={lane} class="grid" x1={0} x2={width} y1={middle(lane)} y2={middle(lane)} />
          ))}
          {marks.map(({ id, at, lane, tone, event }) => (
            <circle
              key={id}
              class={`dot ${tone} ${chosen && chosen !== lane ? 'faint' : ''}`}
              cx={x(at)}
              cy={middle(lane)}
              r={5}
            >
              <title>{`${event}, ${exactTime(at)}`}</title>
            </circle>
          ))}
          <Moment at={x(now)} name="now" isAhead={false} />
          {expected !== null && expected > now && <Moment at={x(expected)} name="expected" isAhead />}
          {ticks.map((index, place) => (
            <text
              key={index}
              class="axis"
              x={x(tickTime(index))}
              y={TOP + LANES.length * LANE_HEIGHT + 14}
              text-anchor={place === 0 ? 'start' : place === ticks.length - 1 ? 'end' : 'middle'}
            >
              {label(tickTime(index))}
            </text>
          ))}
        </svg>
      </div>
    </div>
  )
}

function Moment({
  at,
  name,
  isAhead,
}: {
  readonly at: number
  readonly name: string
  readonly isAhead: boolean
}) {
  return (
    <g>
      <line
        class={isAhead ? 'moment ahead' : 'moment'}
        x1={at}
        x2={at}
        y1={TOP}
        y2={TOP + LANES.length * LANE_HEIGHT}
      />
      <text class="axis" x={at} y={10} text-anchor={isAhead ? 'end' : 'middle'}>
        {name}
      </text>
    </g>
  )
}
