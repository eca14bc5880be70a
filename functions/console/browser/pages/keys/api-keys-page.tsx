/** The API keys of the tenant: who may do what, until when; made here and shown once. */
import { useState } from 'hono/jsx/dom'
import { ask, type Page as ListPage, query } from '../../api/client.ts'
import type { ApiKey } from '../../api/keys.ts'
import { useResource } from '../../api/resource.ts'
import { useMay, useSession } from '../../api/session.ts'
import { Ago } from '../../parts/ago.tsx'
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Loaded } from '../../parts/notice.tsx'
import { Page } from '../../parts/page.tsx'
import { Pager } from '../../parts/pager.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { useSearch } from '../../shell/location.ts'
import { NewApiKey } from './new-api-key.tsx'

export function ApiKeysPage() {
  const { values } = useSearch()
  const { key: own } = useSession()
  const mayWrite = useMay('keys:write')
  const [isMaking, setMaking] = useState(false)
  const [ending, setEnding] = useState<ApiKey | null>(null)
  const path = `/v1/api-keys${query({ cursor: values.get('cursor'), limit: 50 })}`
  const keys = useResource<ListPage<ApiKey>>(path)
  const end = (key: ApiKey) => async () => {
    await ask('DELETE', `/v1/api-keys/${key.id}`)
    keys.reload()
  }
  const columns: readonly Column<ApiKey>[] = [
    {
      title: 'Name',
      cell: ({ id, name }) => (
        <>
          {name}
          {id === own.id && <span class="note"> (yours)</span>}
          <div class="note mono">{id}</div>
        </>
      ),
    },
    { title: 'Scopes', cell: ({ scopes }) => <Scopes scopes={scopes} /> },
    { title: 'Last used', cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} otherwise="never" /> },
    { title: 'Expires', cell: ({ expiresAt }) => <Ago at={expiresAt} otherwise="never" /> },
    { title: 'Made', cell: ({ createdAt }) => <Ago at={createdAt} /> },
    ...(mayWrite
      ? [
          {
            title: 'End',
            cell: (key: ApiKey) =>
              key.id !== own.id && (
                <button type="button" class="button danger" onClick={() => setEnding(key)}>
                  Delete …
                </button>
              ),
          },
        ]
      : []),
  ]
  return (
    <Page
      title="API keys"
      actions={
        mayWrite && (
          <button type="button" class="button primary" onClick={() => setMaking(true)}>
            <Icon name="compose" /> New key
          </button>
        )
      }
    >
      <Loaded resource={keys} what="the keys">
        {({ data, nextCursor }) => (
          <>
            <Table caption="API keys, newest first" columns={columns} rows={data} keyOf={({ id }) => id} />
            <Pager what="keys" shown={data.length} nextCursor={nextCursor} />
          </>
        )}
      </Loaded>
      {isMaking && <NewApiKey onClose={() => setMaking(false)} onMade={keys.reload} />}
      {ending && (
        <ConfirmDialog
          title={`End “${ending.name}”?`}
          action="End it at once"
          onConfirm={end(ending)}
          onClose={() => setEnding(null)}
        >
          Whatever uses it, and whoever signed in with it, is refused from now on.
        </ConfirmDialog>
      )}
    </Page>
  )
}

const FEW = 4

function Scopes({ scopes }: Pick<ApiKey, 'scopes'>) {
  if (scopes.length <= FEW) return <span class="mono">{scopes.join(' ')}</span>
  return (
    <details>
      <summary>{scopes.length} scopes</summary>
      <span class="mono">{scopes.join(' ')}</span>
    </details>
  )
}
