// The parts of a plan's file that are rows of a table, with the lists that their fields choose from.
import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { call } from '@/api/client'
import { schoolYear } from '@/shared/format'
import { useLoad } from '@/shared/useLoad'
import type { Field } from './EntriesTable.vue'
import type { SettingsForm } from './settings'

export interface Part {
  block: string
  title: string
  empty: string
  add: string
  fields: Field[]
  fresh: string[]
}
type Options = { value: string; label: string }[]

export function usePlanParts(
  form: ComputedRef<SettingsForm>,
  years: ComputedRef<number[]>,
): {
  parts: ComputedRef<Part[]>
  categories: ComputedRef<{ code: string; zh: string }[]>
  categoryName: (code: string) => string
} {
  const { t } = useI18n()
  const known = useLoad(async (signal) => {
    const [schools, items, standards, costs] = await Promise.all([
      call('GET /schools', { query: {}, signal }),
      call('GET /items', { signal }),
      call('GET /standards', { signal }),
      call('GET /costs', { signal }),
    ])
    const own = standards.find((s) => s.own) ?? standards[0]
    const catalogue = costs[0]
    const [standard, prices] = await Promise.all([
      own ? call('GET /standards/{id}', { path: { id: own.id }, signal }) : null,
      catalogue ? call('GET /costs/{id}', { path: { id: catalogue.id }, signal }) : null,
    ])
    return { schools, items, standard, prices }
  })
  const schools = computed<Options>(() =>
    (known.data.value?.schools ?? []).map((s) => ({ value: s.code, label: s.name })),
  )
  const items = computed<Options>(() =>
    (known.data.value?.items ?? [])
      .filter((i) => i.level === 'school' || i.level === 'section')
      .map((i) => ({ value: i.code, label: `${i.zh}${i.unit && i.unit !== '1' ? `（${i.unit}）` : ''}` })),
  )
  const rules = computed<Options>(() =>
    (known.data.value?.standard?.rules ?? [])
      .filter((r) => !r.attested && /^L\d+$/.test(r.code))
      .map((r) => ({ value: r.code, label: `${r.code} ${r.zh}` })),
  )
  const categories = computed(() => known.data.value?.prices?.categories ?? [])
  const measures = computed<Options>(() =>
    (known.data.value?.prices?.measures ?? []).map((m) => ({ value: m.code, label: `${m.zh}（${m.unit}）` })),
  )
  const categoryName = (code: string): string => categories.value.find((c) => c.code === code)?.zh ?? code
  const kinds = computed<Options>(() => categories.value.map((c) => ({ value: c.code, label: c.zh })))
  const funds = computed<Options>(() => form.value.funds.map((f) => ({ value: f.code, label: f.zh })))
  const first = computed(() => years.value[0] ?? 0)
  const yearOptions = computed<Options>(() =>
    years.value.map((y) => ({ value: String(y), label: schoolYear(y) })),
  )
  const school = (): string => `school = "${schools.value[0]?.value ?? ''}"`
  const category = (): string => `category = "${categories.value[0]?.code ?? ''}"`

  const parts = computed<Part[]>(() => [
    {
      block: 'line',
      title: t('plans.lines'),
      empty: t('plans.linesNone'),
      add: t('plans.addLine'),
      fields: [
        { key: 'indicator', title: t('plans.indicator'), kind: 'text', options: rules.value, width: 360 },
        { key: 'year', title: t('plans.year'), kind: 'number', options: yearOptions.value, width: 140 },
        { key: 'at_least', title: t('plans.atLeast'), kind: 'text', width: 80 },
      ],
      fresh: [
        `indicator = "${rules.value[0]?.value ?? 'L1'}"`,
        `year = ${years.value.at(-1) ?? first.value}`,
        'at_least = "100%"',
      ],
    },
    {
      block: 'committed',
      title: t('plans.committed'),
      empty: t('plans.committedNone'),
      add: t('plans.addCommitted'),
      fields: [
        { key: 'zh', title: t('plans.project'), kind: 'text', width: 170 },
        { key: 'school', title: t('plans.school'), kind: 'text', options: schools.value, optional: true },
        { key: 'category', title: t('plans.category'), kind: 'text', options: kinds.value, width: 110 },
        {
          key: 'fund',
          title: t('plans.fundName'),
          kind: 'text',
          options: funds.value,
          optional: true,
          width: 110,
        },
        ...years.value.map((year): Field => ({ key: 'payments', title: String(year), kind: 'year', year })),
        {
          key: 'opens',
          title: t('plans.opens'),
          kind: 'number',
          optional: true,
          options: yearOptions.value,
          width: 110,
        },
        { key: 'adds', title: t('plans.adds'), kind: 'gain', options: items.value },
      ],
      fresh: [
        `code = "Y${form.value.committed.length + 1}"`,
        `zh = "${t('plans.project')}"`,
        school(),
        category(),
        `payments = { ${first.value} = "0" }`,
        `opens = ${first.value}`,
      ],
    },
    {
      block: 'project',
      title: t('plans.projects'),
      empty: t('plans.projectsNone'),
      add: t('plans.addProject'),
      fields: [
        { key: 'code', title: t('plans.code'), kind: 'text', width: 60 },
        { key: 'zh', title: t('plans.project'), kind: 'text', width: 170 },
        { key: 'school', title: t('plans.school'), kind: 'text', options: schools.value },
        { key: 'category', title: t('plans.category'), kind: 'text', options: kinds.value, width: 110 },
        { key: 'cost', title: t('plans.cost'), kind: 'text', width: 80 },
        { key: 'lead', title: t('plans.lead'), kind: 'number' },
        {
          key: 'earliest',
          title: t('plans.earliest'),
          kind: 'number',
          optional: true,
          options: yearOptions.value,
          width: 110,
        },
        { key: 'adds', title: t('plans.adds'), kind: 'gain', options: items.value },
      ],
      fresh: ['code = "X1"', `zh = "${t('plans.project')}"`, school(), category(), 'cost = "0"', 'lead = 1'],
    },
    {
      block: 'land',
      title: t('plans.land'),
      empty: t('plans.landNone'),
      add: t('plans.addLand'),
      fields: [
        { key: 'school', title: t('plans.school'), kind: 'text', options: schools.value, width: 260 },
        { key: 'area', title: t('plans.area'), kind: 'text', width: 100 },
      ],
      fresh: [school(), 'area = "0"'],
    },
    {
      block: 'cost',
      title: t('plans.prices'),
      empty: t('plans.pricesNone'),
      add: t('plans.addPrice'),
      fields: [
        { key: 'measure', title: t('plans.measure'), kind: 'text', options: measures.value, width: 320 },
        { key: 'price.once', title: t('plans.once'), kind: 'text', optional: true, width: 80 },
        { key: 'price.yearly', title: t('plans.yearly'), kind: 'text', optional: true, width: 80 },
        { key: 'price.source', title: t('plans.source'), kind: 'text', width: 220 },
        {
          key: 'price.grade',
          title: t('plans.grade'),
          kind: 'text',
          options: ['A', 'B', 'C', 'K'].map((value) => ({ value, label: value })),
          width: 60,
        },
      ],
      fresh: [
        `measure = "${measures.value[0]?.value ?? ''}"`,
        '[cost.price]',
        'once = "0"',
        `source = "${t('plans.ownPrice')}"`,
        'grade = "A"',
      ],
    },
  ])
  return { parts, categories, categoryName }
}
