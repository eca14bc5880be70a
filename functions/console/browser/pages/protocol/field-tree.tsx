import { useState } from 'hono/jsx/dom'
import { type Row, stepFor, visibleRows } from './layout.ts'
import { valueText } from './value-text.ts'

interface FieldTreeProps {
  readonly name: string
  readonly rows: readonly Row[]
  readonly chosen: number
  readonly pointed: number | null
  readonly choose: (index: number) => void
  readonly point: (index: number | null) => void
}

const idOf = (index: number) => `field-${index}`

/** A tree in the sense of WAI-ARIA: one stop for Tab, arrow keys within. */
export function FieldTree({ name, rows, chosen, pointed, choose, point }: FieldTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set())

  const toggle = (index: number) => {
    const next = new Set(closed)
    if (!next.delete(index)) next.add(index)
    setClosed(next)
  }
  const press = (event: KeyboardEvent) => {
    const step = stepFor(event.key, rows, closed, chosen)
    if (!step) return
    event.preventDefault()
    if (step.kind !== 'choose') return toggle(step.index)
    choose(step.index)
    document.getElementById(idOf(step.index))?.focus()
  }

  return (
    <div class="field-tree" role="tree" aria-label={name} onPointerLeave={() => point(null)}>
      {visibleRows(rows, closed).map((row) => (
        <FieldRow
          key={row.index}
          row={row}
          isChosen={row.index === chosen}
          isPointed={row.index === pointed}
          isOpen={row.hasChildren ? !closed.has(row.index) : undefined}
          choose={choose}
          point={point}
          toggle={toggle}
          press={press}
        />
      ))}
    </div>
  )
}

interface FieldRowProps extends Pick<FieldTreeProps, 'choose' | 'point'> {
  readonly row: Row
  readonly isChosen: boolean
  readonly isPointed: boolean
  /** undefined: nothing is inside. */
  readonly isOpen: boolean | undefined
  readonly toggle: (index: number) => void
  readonly press: (event: KeyboardEvent) => void
}

const TWISTS = { true: 'open', false: 'closed', undefined: '' } as const

function FieldRow({ row, isChosen, isPointed, isOpen, choose, point, toggle, press }: FieldRowProps) {
  const { index, depth, node } = row
  const { name, tag, codeName, problem } = node
  return (
    <div
      id={idOf(index)}
      role="treeitem"
      class={`field-row ${isPointed ? 'pointed' : ''} ${problem ? 'wrong' : ''}`}
      style={{ paddingLeft: `${8 + depth * 16}px` }}
      tabIndex={isChosen ? 0 : -1}
      aria-level={depth + 1}
      aria-selected={String(isChosen)}
      aria-expanded={isOpen === undefined ? undefined : String(isOpen)}
      onKeyDown={press}
      onClick={() => choose(index)}
      onDblClick={() => toggle(index)}
      onFocus={() => choose(index)}
      onPointerEnter={() => point(index)}
    >
      <span class={`twist ${TWISTS[`${isOpen}`]}`} aria-hidden="true" />
      <span class="field-name">{name || 'unknown'}</span>
      <span class="field-tag mono">{tag}</span>
      <span class="field-value mono">
        {problem ?? valueText(node)}
        {codeName && <b> {codeName}</b>}
      </span>
    </div>
  )
}
