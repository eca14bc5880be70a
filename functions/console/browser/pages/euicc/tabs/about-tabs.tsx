import type { Eim, Euicc, TransportTrust } from '../../../api/euiccs.ts'
import { concerns } from '../../../api/euiccs.ts'
import { useResource } from '../../../api/resource.ts'
import { Ago } from '../../../parts/ago.tsx'
import { Badge } from '../../../parts/badge.tsx'
import { Empty, Loaded } from '../../../parts/notice.tsx'
import { type Column, Table } from '../../../parts/table.tsx'

type Identity = TransportTrust['identities'][number]

const IDENTITIES: readonly Column<Identity>[] = [
  { title: 'Identity', cell: ({ identity }) => <span class="mono">{identity}</span> },
  { title: 'Bound', cell: ({ boundAt }) => <Ago at={boundAt} /> },
  { title: 'By', cell: ({ by }) => (by === 'operator' ? 'an operator' : 'its first use') },
]

const EIMS: readonly Column<Eim>[] = [
  {
    title: 'eIM',
    cell: ({ eimId, ours }) => (
      <>
        {eimId} {ours && <Badge tone="good" text="ours" />}
      </>
    ),
  },
  {
    title: 'Counter used',
    isNumber: true,
    cell: ({ counterUsed }) => counterUsed?.toLocaleString('en') ?? '–',
  },
  {
    title: 'Counter left',
    isNumber: true,
    cell: ({ counterLeft }) => counterLeft?.toLocaleString('en') ?? '–',
  },
  { title: 'Token', isNumber: true, cell: ({ associationToken }) => associationToken ?? '–' },
]

const POLICIES: Readonly<Record<string, string>> = {
  none: 'Any connection may speak for this eUICC; packages are signed, results are verified.',
}

/** Which connections may speak for the eUICC, and which eIMs may manage it. */
export function ConnectionTab({ eid }: { readonly eid: string }) {
  const trust = useResource<TransportTrust>(`/v1/euiccs/${eid}/transport-trust`, concerns(eid))
  const eims = useResource<{ readonly data: readonly Eim[] }>(`/v1/euiccs/${eid}/eims`, concerns(eid))
  return (
    <div class="stack">
      <h3>Transport trust</h3>
      <Loaded resource={trust} what="the transport trust">
        {({ policy, identities, delivery }) => (
          <>
            <p>
              Policy <code>{policy}</code>, delivery <code>{delivery}</code>. {POLICIES[policy] ?? ''}
            </p>
            {identities.length > 0 && (
              <Table
                caption="Identities bound to the eUICC"
                columns={IDENTITIES}
                rows={identities}
                keyOf={({ identity }) => identity}
              />
            )}
          </>
        )}
      </Loaded>
      <h3>Associated eIMs</h3>
      <Loaded resource={eims} what="the eIMs">
        {({ data }) => (
          <Table caption="Associated eIMs" columns={EIMS} rows={data} keyOf={({ eimId }) => eimId} />
        )}
      </Loaded>
    </div>
  )
}

/** What the device told of itself, as decoded. */
export function FactsTab({ euicc: { facts } }: { readonly euicc: Euicc }) {
  const entries = Object.entries(facts)
  if (entries.length === 0) return <Empty title="The device has told nothing of itself yet" />
  return (
    <dl class="told">
      {entries.map(([name, { value, learntAt }]) => (
        <div key={name}>
          <dt>
            {name}{' '}
            <span class="note">
              learnt <Ago at={learntAt} />
            </span>
          </dt>
          <dd>
            {typeof value === 'string' ? (
              <span class="mono">{value}</span>
            ) : (
              <pre class="mono">{JSON.stringify(value, null, 2)}</pre>
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
