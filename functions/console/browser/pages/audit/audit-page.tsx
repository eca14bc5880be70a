/** Who did what, when, from where and how it ended; and whether the log is whole. */
import type { AuditEntry } from '../../api/audit.ts'
import { type Page as ListPage, query } from '../../api/client.ts'
import { useResource } from '../../api/resource.ts'
import { Ago } from '../../parts/ago.tsx'
import { Badge } from '../../parts/badge.tsx'
import { type Filter, Filters } from '../../parts/filters.tsx'
import { Empty, Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'
import { ChainCheck } from './chain-check.tsx'

const FILTERS: readonly Filter[] = [
  { kind: 'text', name: 'actor', label: 'Who', placeholder: 'id of a key, trigger or campaign' },
  { kind: 'text', name: 'action', label: 'Did what', placeholder: 'createApiKey' },
  { kind: 'text', name: 'target', label: 'To what', placeholder: '/v1/campaigns/cmp_…' },
]

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: 'When', cell: ({ at }) => <Ago at={at} /> },
  {
    title: 'Who',
    cell: ({ actor, from }) => (
      <>
        <a href={`/console/audit${query({ actor: actor.id })}`}>{actor.name ?? actor.id}</a>
        <div class="note">
          {actor.kind}
          {from && `, from ${from}`}
        </div>
      </>
    ),
  },
  {
    title: 'Did what',
    cell: ({ action, target }) => (
      <>
        <a href={`/console/audit${query({ action })}`}>{action}</a>
        <div class="note mono">{target}</div>
      </>
    ),
  },
  {
    title: 'How it ended',
    cell: ({ outcome: { status, code } }) => (
      <>
        <Badge tone={status < 400 ? 'good' : 'bad'} text={status < 400 ? 'done' : 'refused'} />{' '}
        <span class="note">{[status, code].filter(Boolean).join(' ')}</span>
      </>
    ),
  },
  {
    title: 'Evidence',
    cell: ({ sequence, hash, evidence }) => (
      <details>
        <summary class="mono">
          {sequence} · {hash.slice(0, 8)}
        </summary>
        <pre class="mono">{JSON.stringify({ ...evidence, hash }, null, 2)}</pre>
      </details>
    ),
  },
]

export function AuditPage() {
  const { values } = useSearch()
  const asked = [...FILTERS.map(({ name }) => name), 'cursor'].map((name) => [name, values.get(name)])
  const path = `/v1/audit${query({ ...Object.fromEntries(asked), limit: 50 })}`
  const entries = useResource<ListPage<AuditEntry>>(path)
  return (
    <Page
      title="Audit"
      actions={
        <a class="button" href="/v1/audit/export" download="audit.ndjson">
          Export all entries
        </a>
      }
    >
      <ChainCheck />
      <Filters label="Which entries" filters={FILTERS} />
      <Loaded resource={entries} what="the log">
        {({ data, nextCursor }) =>
          data.length === 0 ? (
            <Empty title="No entry is like that">
              Everything that was to change something is written here.
            </Empty>
          ) : (
            <>
              <Table
                caption="Entries of the audit log, newest first"
                columns={COLUMNS}
                rows={data}
                keyOf={({ sequence }) => String(sequence)}
              />
              <Pager what="entries" shown={data.length} nextCursor={nextCursor} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}
