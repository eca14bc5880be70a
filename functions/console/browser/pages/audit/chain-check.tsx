import { useEffect, useState } from 'hono/jsx/dom'
import type { AuditVerdict } from '../../api/audit.ts'
import { ApiProblem, get, type Problem, query } from '../../api/client.ts'
import { Icon } from '../../parts/icon.tsx'
import { ProblemNotice } from '../../parts/notice.tsx'

/** Checks the chain from its first entry to its last, piece by piece, and says what was found. */
export function ChainCheck() {
  const [verdict, setVerdict] = useState<AuditVerdict | undefined>(undefined)
  const [problem, setProblem] = useState<Problem | undefined>(undefined)
  useEffect(() => {
    const leaving = new AbortController()
    void check(leaving.signal, setVerdict).catch((error: unknown) => {
      if (leaving.signal.aborted) return
      if (!(error instanceof ApiProblem)) throw error
      setProblem(error.problem)
    })
    return () => leaving.abort()
  }, [])
  if (problem) return <ProblemNotice problem={problem} />
  if (!verdict) return <p class="loading">Checking the chain …</p>
  const { valid, entries, head, brokenAt, reason, nextCursor } = verdict
  if (!valid) {
    return (
      <section class="notice bad" role="alert">
        <Icon name="warning" />
        <div>
          <p>
            <strong>The chain is broken at entry {brokenAt}</strong>
          </p>
          <p>{reason ?? 'Entries were changed or removed'}. Compare with an export that you kept.</p>
        </div>
      </section>
    )
  }
  return (
    <section class="notice good" role="status">
      <Icon name="check" />
      <div>
        <p>
          <strong>{nextCursor === null ? 'The chain is verified' : 'Checking the chain'}</strong>:{' '}
          {entries.toLocaleString('en')} of {head.sequence.toLocaleString('en')} entries are as they were
          written.
        </p>
        <p class="note">
          Head <span class="mono">{head.hash}</span>
        </p>
      </div>
    </section>
  )
}

async function check(signal: AbortSignal, tell: (verdict: AuditVerdict) => void): Promise<void> {
  let cursor: string | null = null
  do {
    const verdict: AuditVerdict = await get(`/v1/audit/verify${query({ cursor })}`, signal)
    if (signal.aborted) return
    tell(verdict)
    cursor = verdict.valid ? verdict.nextCursor : null
  } while (cursor !== null)
}
