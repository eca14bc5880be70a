import type { SeriesTone } from './chart-frame.tsx'

export interface Bar {
  readonly name: string
  readonly value: number
  readonly href?: string
  readonly tone?: SeriesTone
}

interface BarsProps {
  readonly label: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

/** Names with bars and numbers: a list, for it reads as one. */
export function Bars({ label, unit, bars }: BarsProps) {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  return (
    <ul class="bars" aria-label={`${label}, ${unit}`}>
      {bars.map(({ name, value, href, tone = 'accent' }) => (
        <li key={name}>
          <span class="bar-name">{href === undefined ? name : <a href={href}>{name}</a>}</span>
          <span class="bar-track">
            <span class={`bar ${tone}`} hidden={value === 0} style={{ width: `${(value / most) * 100}%` }} />
          </span>
          <span class="bar-value">{value.toLocaleString('en')}</span>
        </li>
      ))}
    </ul>
  )
}
