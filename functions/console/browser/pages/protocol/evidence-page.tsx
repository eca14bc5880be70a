/** One stored answer of an eUICC: its octets, field by field, and why it was believed or not. */
import { useMemo } from 'hono/jsx/dom'
import { fromHex } from '../../../../../shared/octets.ts'
import type { Evidence } from '../../api/euiccs.ts'
import { useResource } from '../../api/resource.ts'
import { Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { exactTime } from '../../parts/time.ts'
import { DecodedMessage } from './decoded-message.tsx'
import { Verdict } from './verdict.tsx'

interface EvidencePageProps {
  readonly params: { readonly eid?: string; readonly id?: string }
}

export function EvidencePage({ params: { eid = '', id = '' } }: EvidencePageProps) {
  const evidence = useResource<Evidence>(`/v1/euiccs/${eid}/evidence/${id}`)
  const { value } = evidence
  return (
    <Page
      title="Evidence"
      trail={[
        { label: 'eUICCs', href: '/console/euiccs' },
        { label: eid, href: `/console/euiccs/${eid}` },
      ]}
      aside={value && <span class="note">received {exactTime(Date.parse(value.receivedAt))}</span>}
    >
      <Loaded resource={evidence} what="the evidence">
        {(known) => (
          <>
            <Verdict eid={eid} evidence={known} />
            <Answer hex={known.octets} />
            {known.verdict.chain.map((certificate, index) => (
              <details key={certificate} class="panel">
                <summary>
                  {index === 0 ? 'Certificate of the eUICC' : 'Certificate of its maker (EUM)'}
                </summary>
                <Answer hex={certificate} />
              </details>
            ))}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Answer({ hex }: { readonly hex: string }) {
  const octets = useMemo(() => fromHex(hex), [hex])
  return <DecodedMessage name="The answer, field by field" octets={octets} />
}
