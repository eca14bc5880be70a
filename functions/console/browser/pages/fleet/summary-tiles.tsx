import type { Child } from 'hono/jsx'
import { type FleetSummary, HEALTHS, type Health } from '../../api/fleet.ts'
import { percent } from '../../charts/scale.ts'
import { successRate } from './history.ts'

const HEALTH_TEXTS: Readonly<Record<Health, { readonly label: string; readonly meaning: string }>> = {
  seen: { label: 'Seen', meaning: 'heard when expected' },
  late: { label: 'Late', meaning: 'past their time' },
  silent: { label: 'Silent', meaning: 'long past their time' },
  never: { label: 'Never', meaning: 'not heard yet' },
}

const OPEN = ['held', 'queued', 'delivered', 'executed'] as const

/** The numbers that one looks at first, each leading to its list. */
export function SummaryTiles({ fleet }: { readonly fleet: FleetSummary }) {
  const { euiccs, operations } = fleet
  const { succeeded, failed, expired } = operations.last24h
  const rate = successRate(succeeded, failed + expired)
  const open = OPEN.reduce((sum, status) => sum + (operations.byStatus[status] ?? 0), 0)
  return (
    <section class="tiles" aria-label="Now">
      <Tile label="eUICCs" value={euiccs.total} href="/console/euiccs" />
      {HEALTHS.map((health) => (
        <Tile
          key={health}
          label={HEALTH_TEXTS[health].label}
          value={euiccs.health[health]}
          note={HEALTH_TEXTS[health].meaning}
          tone={health}
          href={`/console/euiccs?health=${health}`}
        />
      ))}
      <Tile label="Operations open" value={open} note="held to executed" href="/console/operations" />
      <Tile
        label="Success, 24 h"
        value={rate === null ? '–' : percent(rate)}
        note={`${failed} failed, ${expired} expired`}
        href="/console/operations?status=failed"
      />
      <HealthBar total={euiccs.total} health={euiccs.health} />
    </section>
  )
}

interface TileProps {
  readonly label: string
  readonly value: number | string
  readonly note?: Child
  readonly href: string
  readonly tone?: Health
}

function Tile({ label, value, note, href, tone }: TileProps) {
  return (
    <a class="tile" href={href}>
      <span class="tile-label">
        {tone && <span class={`swatch health-${tone}`} />} {label}
      </span>
      <span class="tile-value">{typeof value === 'number' ? value.toLocaleString('en') : value}</span>
      {note && <span class="note">{note}</span>}
    </a>
  )
}

/** The same shares as one strip; the tiles are its legend. */
function HealthBar({ total, health }: FleetSummary['euiccs']) {
  return (
    <div class="health-bar" aria-hidden="true">
      {total > 0 &&
        HEALTHS.map((each) => (
          <span key={each} class={`health-${each}`} style={{ width: `${(health[each] / total) * 100}%` }} />
        ))}
    </div>
  )
}
