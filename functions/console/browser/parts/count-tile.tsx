import type { SeriesTone } from '../charts/chart-frame.tsx'

interface CountTileProps {
  readonly label: string
  readonly value: number | string
  readonly note?: string | undefined
  /** The list behind the number. */
  readonly href: string
  readonly tone?: SeriesTone | undefined
}

/** A number that leads to its list; stands in a `.tiles`. */
export function CountTile({ label, value, note, href, tone }: CountTileProps) {
  return (
    <a class="tile" href={href}>
      <span class="tile-label">
        {tone && <span class={`swatch ${tone}`} />} {label}
      </span>
      <span class="tile-value">{typeof value === 'number' ? value.toLocaleString('en') : value}</span>
      {note !== undefined && <span class="note">{note}</span>}
    </a>
  )
}
