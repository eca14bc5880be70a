import { useState } from 'hono/jsx/dom'
import { announce } from '../shell/announcer.ts'
import { Icon } from './icon.tsx'

/** Long digits in groups of four, so that two can be compared by eye. */
export function grouped(digits: string): string {
  return digits.replaceAll(/(.{4})(?=.)/g, '$1\u2009')
}

export function EidLink({ eid }: { readonly eid: string }) {
  return (
    <a class="mono" href={`/console/euiccs/${eid}`}>
      {grouped(eid)}
    </a>
  )
}

const SHOWN_FOR_MS = 1500

interface CopyableProps {
  readonly value: string
  readonly name: string
  /** Not in groups: it is no number. */
  readonly plain?: boolean
}

/** A value one wants to paste elsewhere. */
export function Copyable({ value, name, plain = false }: CopyableProps) {
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(value)
    announce(`${name} copied`)
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN_FOR_MS)
  }
  return (
    <span class="copyable">
      <span class="mono">{plain ? value : grouped(value)}</span>
      <button type="button" class="button quiet square" onClick={copy} aria-label={`Copy ${name}`}>
        <Icon name={isCopied ? 'check' : 'copy'} />
      </button>
    </span>
  )
}
