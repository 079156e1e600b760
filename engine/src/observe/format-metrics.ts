import { kindNames } from '../window/kinds.ts'
import type { EngineSnapshot, ExporterState } from './snapshot.ts'

// What Prometheus is told, in its text format 0.0.4. Names follow its rules: base units, `_total` for what only grows. The number
// of series is bounded whatever the network sends: reasons, protocols and kinds are lists, exporters have a bound.

type Labels = Readonly<Record<string, string | number>>
type Sample = readonly [labels: Labels, value: number]

/** Observation domains with series of their own; of the others the sum is told, as exporter "others". */
const maxExporterSeries = 256

/** The format: backslash, quote and line feed are escaped. */
const escapeLabel = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

function formatSample(name: string, [labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(String(text))}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
}

function family(type: 'counter' | 'gauge', name: string, help: string, samples: readonly Sample[]): string[] {
  const full = `luytre_engine_${name}`
  return samples.length === 0 ? [] : [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...samples.map(one => formatSample(full, one))]
}

const counter = (name: string, help: string, value: number): string[] => family('counter', name, help, [[{}, value]])
const gauge = (name: string, help: string, value: number): string[] => family('gauge', name, help, [[{}, value]])
const by = (label: string, counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).map(([text, count]) => [{ [label]: text }, count])

export function formatMetrics(snapshot: EngineSnapshot): string {
  const { receiving, decoding, waiting, lagMs, startedMs } = snapshot
  const { droppedByKernel } = receiving
  const lines = [
    gauge('start_time_seconds', 'When the engine began to listen, in seconds since 1970.', startedMs / 1000),
    counter('datagrams_total', 'Datagrams received.', receiving.datagrams),
    // A drop that cannot be counted is no zero.
    droppedByKernel < 0
      ? []
      : counter(
          'kernel_drops_total',
          'Datagrams that found no room in the receive buffer; those that the kernel had joined count as one.',
          droppedByKernel,
        ),
    counter('receive_faults_total', 'Calls of the kernel that failed and were tried again.', receiving.faults),
    gauge('receive_buffer_bytes', 'Size of the receive buffer that the kernel granted.', receiving.receiveBufferBytes),
    gauge('lag_seconds', 'Longest time between the arrival of a datagram and its counting, in the last seconds.', lagMs / 1000),
    counter('decoded_datagrams_total', 'Datagrams that were decoded to their end.', decoding.decoded),
    counter('deferred_datagrams_total', 'Datagrams with data whose template had not come.', decoding.waiting),
    family('counter', 'rejected_datagrams_total', 'Datagrams that could not be read to their end.', by('reason', decoding.rejectedBy)),
    family('counter', 'messages_total', 'Messages of exporters.', by('protocol', decoding.datagramsBy)),
    family('counter', 'records_total', 'Flows and samples decoded.', by('protocol', decoding.flowsBy)),
    counter('options_records_total', 'Options records decoded.', decoding.optionsRecords),
    counter('templates_total', 'Templates learnt or changed.', decoding.templates),
    gauge('waiting_sets', 'Data sets that wait for their template.', waiting.sets),
    gauge('waiting_bytes', 'Memory that they take.', waiting.bytes),
    counter('waiting_sets_dropped_total', 'Data sets that were given up before their template came.', waiting.dropped),
    counter('sampling_rates_refused_total', 'Sampling rates that exporters told and that found no room.', decoding.ratesRefused),
    counter('domains_given_up_total', 'Observation domains that made room for others.', decoding.domainsGivenUp),
    gauge('exporters', 'Exporters of whom something was decoded.', snapshot.exportersKnown),
    counter('exporters_refused_total', 'Datagrams of exporters that found no room.', snapshot.exportersRefused),
    ...formatExporters(snapshot.exporters),
    ...formatDetection(snapshot),
  ]
  return `${lines.flat().join('\n')}\n`
}

function formatExporters(all: readonly ExporterState[]): string[][] {
  const series = (unit: ExporterState['lossUnit'] | undefined, value: (exporter: ExporterState) => number): Sample[] => {
    const wanted = all.filter(({ lossUnit }) => unit === undefined || lossUnit === unit)
    const samples: Sample[] = wanted
      .slice(0, maxExporterSeries)
      .map(one => [{ exporter: one.exporter, protocol: one.protocol, domain: one.domain }, value(one)])
    const others = wanted.slice(maxExporterSeries)
    if (others.length > 0)
      samples.push([{ exporter: 'others', protocol: '', domain: '' }, others.reduce((sum, one) => sum + value(one), 0)])
    return samples
  }
  const what = 'by the sequence numbers of an exporter'
  return [
    family(
      'counter',
      'exporter_lost_datagrams_total',
      `Datagrams that never came, ${what}.`,
      series('datagrams', ({ lost }) => lost),
    ),
    family(
      'counter',
      'exporter_lost_records_total',
      `Records that never came, ${what}.`,
      series('records', ({ lost }) => lost),
    ),
    family(
      'counter',
      'exporter_late_datagrams_total',
      `Datagrams out of order, ${what}.`,
      series(undefined, ({ late }) => late),
    ),
    family(
      'counter',
      'exporter_restarts_total',
      `Jumps that are no loss, ${what}.`,
      series(undefined, ({ restarts }) => restarts),
    ),
  ]
}

function formatDetection({ detection }: EngineSnapshot): string[][] {
  if (!detection) return []
  const { counters, attacks, attacksStarted } = detection
  const ofKinds = (values: Float64Array, unit: number): Sample[] =>
    kindNames.map((kind, index): Sample => [{ kind }, values[index]! / unit]).filter(([, value]) => value > 0)
  // A kind of attack that was there once stays, at zero: what is gone from one scrape to the next looks like a fault.
  const active = Object.fromEntries(Object.keys(attacksStarted).map(kind => [kind, 0]))
  for (const { name } of attacks) active[name] = (active[name] ?? 0) + 1
  return [
    counter('protected_flows_total', 'Flows to protected hosts.', counters.flows),
    family('counter', 'traffic_packets_total', 'Packets to protected hosts, corrected for sampling.', ofKinds(counters.packetsByKind, 1)),
    family('counter', 'traffic_bytes_total', 'Bytes to protected hosts, corrected for sampling.', ofKinds(counters.bitsByKind, 8)),
    family(
      'counter',
      'uncounted_flows_total',
      'Flows that were not counted for a protected host.',
      by('reason', {
        elsewhere: counters.flowsElsewhere,
        'without-address': counters.flowsWithoutAddress,
        unusable: counters.flowsUnusable,
        'no-room': detection.flowsRefused,
      }),
    ),
    gauge('targets', 'Targets with a slot.', detection.targets),
    counter('targets_evicted_total', 'Targets that gave their slot to a busier one.', detection.targetsEvicted),
    gauge('hot_targets', 'Targets with rich counters.', detection.hotTargets),
    counter('hot_targets_evicted_total', 'Rich counters that were given up for a busier target.', counters.hotEvicted),
    counter('hot_targets_refused_total', 'Rich counters that were not given because all were held.', counters.hotRefused),
    counter('clock_leaps_total', 'Times at which the clock leapt.', counters.clockLeaps),
    gauge('attacks', 'Attacks that go on.', attacks.length),
    family('gauge', 'attacks_active', 'Attacks that go on, by the name of their main vector.', by('kind', active)),
    family('counter', 'attacks_started_total', 'Attacks that started, by the name that they had then.', by('kind', attacksStarted)),
    counter('scans_total', 'Scans that were told.', detection.scans),
  ]
}
