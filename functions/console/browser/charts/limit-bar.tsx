/** A value on a track against limits drawn as lines, and the band in which the truth almost certainly lies. */
import type { Child } from 'hono/jsx'
import type { SeriesTone } from './chart-frame.tsx'

export interface Part {
  readonly name: string
  readonly value: number
  readonly tone: SeriesTone
}

interface LimitBarProps {
  readonly label: string
  /** The value in words, at the right. */
  readonly text: Child
  /** Lie one after the other. */
  readonly parts: readonly Part[]
  /** The right end of the track. */
  readonly most: number
  readonly limit: number | null
  /** What the line at the limit means. */
  readonly limitText: string
  readonly band?: { readonly low: number; readonly high: number } | undefined
}

export function LimitBar({ label, text, parts, most, limit, limitText, band }: LimitBarProps) {
  const at = (value: number) => `${most === 0 ? 0 : Math.min(100, (value / most) * 100)}%`
  return (
    <div class="limit-bar">
      <div class="limit-bar-head">
        <span>{label}</span>
        <span class="number">{text}</span>
      </div>
      <div class="limit-track" aria-hidden="true">
        {parts.map(({ name, value, tone }) => (
          <span key={name} class={`bar ${tone}`} title={`${name}: ${value}`} style={{ width: at(value) }} />
        ))}
        {band && (
          <span
            class="limit-band"
            style={{ left: at(band.low), width: at(Math.min(most, band.high) - band.low) }}
          />
        )}
        {limit !== null && <span class="limit-line" style={{ left: at(limit) }} />}
      </div>
      <p class="note">{limitText}</p>
    </div>
  )
}
