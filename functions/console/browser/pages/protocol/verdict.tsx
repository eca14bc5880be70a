import type { Evidence } from '../../api/euiccs.ts'
import { Icon } from '../../parts/icon.tsx'

interface VerdictProps {
  readonly eid: string
  readonly evidence: Evidence
}

/** What the examination of a stored answer found: whether its signature verifies, and whether it was believed. */
export function Verdict({ eid, evidence: { id, operationId, kind, verdict } }: VerdictProps) {
  const { verified, applied, detail, signature } = verdict
  const isBelieved = verified || applied
  return (
    <div class={`notice ${isBelieved ? 'good' : 'bad'}`}>
      <Icon name={isBelieved ? 'shield' : 'warning'} />
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

function headline(verified: boolean, signature: string | null): string {
  if (verified) return 'The signature verifies.'
  return signature === null ? 'Not signed.' : 'The signature does not count.'
}
