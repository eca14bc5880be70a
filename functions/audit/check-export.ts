/** Checks an export of the audit log, line by line, on any runtime. */
import { checkLine, type Link } from './chain-line.ts'

export interface ExportVerdict {
  readonly valid: boolean
  /** One line for a person. */
  readonly text: string
}

/** `head`: a hash noted earlier, which must be in the export; null when none was. */
export async function checkExport(
  lines: Iterable<string> | AsyncIterable<string>,
  head: string | null,
): Promise<ExportVerdict> {
  let start: Link | null = null
  let last: Link | null = null
  let isHeadFound = head === null
  let number = 0
  for await (const line of lines) {
    number++
    const checked = checkLine(line, last)
    if (!checked.ok) return { valid: false, text: `BROKEN at ${placeOf(last, number)}: ${checked.why}` }
    last = checked.link
    start ??= last
    isHeadFound ||= last.hash === head
  }
  if (!isHeadFound) {
    const text = `BROKEN: no entry has the hash ${head}; what led to it was cut off or rewritten`
    return { valid: false, text }
  }
  if (!start || !last) return { valid: true, text: 'VALID: no entries' }
  const part = start.sequence === 1 ? '' : ' (a part: what comes before is not shown)'
  return {
    valid: true,
    text: `VALID: entries ${start.sequence} to ${last.sequence}${part}, head ${last.hash}`,
  }
}

function placeOf(last: Link | null, line: number): string {
  return last ? `entry ${last.sequence + 1} (line ${line})` : `line ${line}`
}
