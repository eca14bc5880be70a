import type { Evidence } from '../../api/euiccs.ts'
import { Icon } from '../../parts/icon.tsx'

interface VerdictProps {
  readonly eid: string
  readonly evidence: Evidence
}

/** What the examination of a stored answer found: whether its signature verifies, and whether it was believed. */
export function Verdict({ eid, evidence: { id, operationId, kind, verdict } }: VerdictProps) {
  const { verified, applied, detail, signature } = verdict
  return (
    <div class={`notice ${toneOf(verdict)}`}>
      <Icon name={verified ? 'shield' : 'warning'} />
      <div>
        <p>
          <strong>{headline(verified, signature)}</strong> {detail}.{' '}
          {applied ? 'It was applied.' : 'It changed nothing.'}
        </p>
        <p class="note">
          {kind} · <a href={`/console/euiccs/${eid}/evidence/${id}`}>the evidence</a>
          {operationId !== null && (
            <>
              {' '}
              · <a href={`/console/operations/${operationId}`}>its operation</a>
            </>
          )}
        </p>
      </div>
    </div>
  )
}

/** What is unsigned by nature is neither good nor bad. */
function toneOf({ verified, applied }: Evidence['verdict']): string {
  if (verified) return 'good'
  return applied ? '' : 'bad'
}

function headline(verified: boolean, signature: string | null): string {
  if (verified) return 'The signature verifies.'
  return signature === null ? 'Not signed.' : 'The signature does not count.'
}
