/** One exchange with a device: request and response, field by field beside their octets, and what the signatures say. */
import { useMemo } from 'hono/jsx/dom'
import { fromHex } from '../../../../../shared/octets.ts'
import type { Page as ListPage } from '../../api/client.ts'
import type { Evidence, Exchange } from '../../api/euiccs.ts'
import { useResource } from '../../api/resource.ts'
import { Icon } from '../../parts/icon.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { exactTime } from '../../parts/time.ts'
import { DecodedMessage } from './decoded-message.tsx'
import { Verdict } from './verdict.tsx'

interface ExchangePageProps {
  readonly params: { readonly eid?: string; readonly id?: string }
}

const VIA = { https: 'HTTPS', coap: 'CoAP' } as const
const BINDING = { asn1: 'ASN.1', json: 'JSON, shown as ASN.1' } as const

export function ExchangePage({ params: { eid = '', id = '' } }: ExchangePageProps) {
  const exchange = useResource<Exchange>(`/v1/euiccs/${eid}/trace/${id}`)
  const evidence = useResource<ListPage<Evidence>>(`/v1/euiccs/${eid}/evidence?limit=100`)
  const { value } = exchange
  return (
    <Page
      title={value?.function ?? 'Exchange'}
      trail={[
        { label: 'eUICCs', href: '/console/euiccs' },
        { label: eid, href: `/console/euiccs/${eid}` },
        { label: 'Exchanges', href: `/console/euiccs/${eid}?tab=trace` },
      ]}
      aside={
        value && (
          <span class="note">
            No. {value.id}, {exactTime(Date.parse(value.at))}, {BINDING[value.transport.binding]} over{' '}
            {VIA[value.transport.via]}
            {value.transport.deviceIdentity !== null && `, as ${value.transport.deviceIdentity}`}
          </span>
        )
      }
      actions={<Neighbours eid={eid} id={Number(id)} />}
    >
      <Loaded resource={exchange} what="the exchange">
        {(known) => (
          <>
            {evidenceIn(known.request, evidence.value?.data ?? []).map((each) => (
              <Verdict key={each.id} eid={eid} evidence={each} />
            ))}
            <Tabs
              label="Which of the two messages"
              tabs={[
                {
                  name: 'request',
                  title: titleOf('Request', known.request),
                  View: () => <Message name="Request" hex={known.request} />,
                },
                {
                  name: 'response',
                  title: titleOf('Response', known.response),
                  View: () => <Message name="Response" hex={known.response} />,
                },
              ]}
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}

/** The stored answers of the eUICC that came with this request. */
function evidenceIn(request: string, evidence: readonly Evidence[]): readonly Evidence[] {
  return evidence.filter(({ octets }) => octets !== '' && request.includes(octets))
}

function titleOf(name: string, hex: string | null): string {
  return hex === null ? name : `${name}, ${hex.length / 2} octets`
}

function Message({ name, hex }: { readonly name: string; readonly hex: string | null }) {
  const octets = useMemo(() => fromHex(hex ?? ''), [hex])
  if (octets.length === 0) return <Empty title={`There was no ${name.toLowerCase()}`} />
  return <DecodedMessage name={`${name}, field by field`} octets={octets} />
}

function Neighbours({ eid, id }: { readonly eid: string; readonly id: number }) {
  const to = (other: number) => `/console/euiccs/${eid}/trace/${other}`
  return (
    <>
      {id > 1 && (
        <a class="button" href={to(id - 1)}>
          <Icon name="first" /> Earlier
        </a>
      )}
      <a class="button" href={to(id + 1)}>
        Later <Icon name="next" />
      </a>
    </>
  )
}
