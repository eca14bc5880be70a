/** A gateway's configuration as workers are given it, with an edge behind it that answers; for the tests of one file. */
import { afterAll, beforeAll } from 'vitest'
import { type Configuration, loadConfiguration } from '../../../gateway/configuration/index.ts'
import { StandInEdge } from '../forward/stand-in-edge.ts'
import { GatewayFolder, type NodeSettings } from '../gateway-process.ts'

export interface WorkerConfiguration {
  /** Its files may be written anew between two loads. */
  readonly folder: GatewayFolder
  load(settings: NodeSettings): Configuration
}

/** Filled in before the first test. */
export function useWorkerConfiguration(): WorkerConfiguration {
  let edge: StandInEdge
  let folder: GatewayFolder
  beforeAll(async () => {
    edge = await StandInEdge.start('eim.example.com', 0)
    folder = new GatewayFolder(edge)
  })
  afterAll(async () => {
    await edge.close()
    folder.remove()
  })
  return {
    get folder() {
      return folder
    },
    load: (settings) => loadConfiguration(folder.configure(settings)),
  }
}
