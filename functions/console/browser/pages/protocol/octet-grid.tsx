/** Octets as a hex dump: where, what, and as text. Lines are drawn again only when what is chosen touches them. */
import { memo, useState } from 'hono/jsx/dom'
import type { Span } from './layout.ts'

interface OctetGridProps {
  readonly octets: Uint8Array
  readonly chosen: Span
  /** Tag and length of what is chosen. */
  readonly head: Span
  readonly pointed: Span | undefined
  readonly choose: (offset: number) => void
  readonly point: (offset: number | null) => void
}

const WIDTH = 16
/** More would slow the page; one seldom looks so far. */
const LINES_AT_FIRST = 128

export function OctetGrid({ octets, chosen, head, pointed, choose, point }: OctetGridProps) {
  const [most, setMost] = useState(LINES_AT_FIRST)
  const lines = Math.ceil(octets.length / WIDTH)
  const offsetOf = ({ target }: Event) => {
    const at = target instanceof HTMLElement ? target.dataset.at : undefined
    return at === undefined ? null : Number(at)
  }
  return (
    <div
      class="octets mono"
      aria-hidden="true"
      onPointerOver={(event: Event) => point(offsetOf(event))}
      onPointerLeave={() => point(null)}
      onClick={(event: Event) => {
        const offset = offsetOf(event)
        if (offset !== null) choose(offset)
      }}
    >
      {Array.from({ length: Math.min(lines, most) }, (_, line) => (
        <Line
          key={line}
          at={line * WIDTH}
          hex={hexOf(octets, line)}
          text={textOf(octets, line)}
          {...within('chosen', chosen, line)}
          {...within('head', head, line)}
          {...within('pointed', pointed, line)}
        />
      ))}
      {lines > most && (
        <button type="button" class="button" tabindex={-1} onClick={() => setMost(lines)}>
          Show all {octets.length.toLocaleString('en')} octets
        </button>
      )}
    </div>
  )
}

interface LineProps {
  readonly at: number
  readonly hex: string
  readonly text: string
  readonly chosenFrom: number
  readonly chosenTo: number
  readonly headFrom: number
  readonly headTo: number
  readonly pointedFrom: number
  readonly pointedTo: number
}

const Line = memo((props: LineProps) => {
  const { at, hex, text } = props
  const places = Array.from({ length: hex.length / 2 }, (_, place) => place)
  return (
    <div class="octet-line">
      <span class="octet-at">{at.toString(16).toUpperCase().padStart(4, '0')}</span>
      <span class="octet-hex">
        {places.map((place) => (
          <span key={place} data-at={at + place} class={classOf(props, place)}>
            {hex.slice(2 * place, 2 * place + 2)}
          </span>
        ))}
      </span>
      <span class="octet-text">
        {places.map((place) => (
          <span key={place} data-at={at + place} class={classOf(props, place)}>
            {text[place]}
          </span>
        ))}
      </span>
    </div>
  )
})

function classOf(props: LineProps, place: number): string | undefined {
  const isIn = (from: number, to: number) => place >= from && place < to
  if (isIn(props.headFrom, props.headTo)) return 'head'
  if (isIn(props.chosenFrom, props.chosenTo)) return 'chosen'
  return isIn(props.pointedFrom, props.pointedTo) ? 'pointed' : undefined
}

type Edges<Name extends string> = Readonly<Record<`${Name}From` | `${Name}To`, number>>

/** The part of a span that lies on a line, in places of the line; the same numbers for all lines that it does not touch. */
function within<Name extends string>(name: Name, span: Span | undefined, line: number): Edges<Name> {
  const from = Math.max(0, (span?.start ?? 0) - line * WIDTH)
  const to = Math.min(WIDTH, (span?.end ?? 0) - line * WIDTH)
  const [low, high] = from < to ? [from, to] : [0, 0]
  return { [`${name}From`]: low, [`${name}To`]: high } as Edges<Name>
}

function hexOf(octets: Uint8Array, line: number): string {
  return Array.from(octets.subarray(line * WIDTH, (line + 1) * WIDTH), (octet) =>
    octet.toString(16).toUpperCase().padStart(2, '0'),
  ).join('')
}

/** What can be printed; a point for the rest. */
function textOf(octets: Uint8Array, line: number): string {
  return Array.from(octets.subarray(line * WIDTH, (line + 1) * WIDTH), (octet) =>
    octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '·',
  ).join('')
}
