// Where no rotation is lawful: what each rule that gives way would mean in the settings, read off the
// nearest assignment. A remedy is proposed, never taken by itself.
import type {
  Broken,
  RotationDefaults,
  RotationResult,
  RotationSettings,
  Share,
  ShareResult,
} from '@/api/rotation'
import { below, percentDown, percentUp, toPercent } from './numbers'

export interface Remedy {
  /** What the button does, as a key of the words with its figures. */
  key: string
  with: Record<string, string>
  take: (settings: RotationSettings) => RotationSettings
  /** The share that it sets, and how low. */
  share?: { code: string; least: string }
}

const remedy = (key: string, words: Record<string, string>, take: Remedy['take']): Remedy => ({
  key: `rotation.remedy.${key}`,
  with: words,
  take,
})

/** A share's sentence says its figure too: it is changed with it. */
export function withLeast(share: Share, at_least: string): Share {
  const zh = share.zh.replace(/\d+(\.\d+)?\s*%/, `${toPercent(at_least)}%`)
  return { ...share, zh, at_least, source: ['用户设定', ''] }
}

function lowerShare(broken: Broken, shares: ShareResult[]): Remedy | null {
  const found = shares.find((share) => share.zh === broken.zh)
  if (!found || found.base === 0) return null
  const least = percentDown(found.count, found.base)
  const words = { zh: found.zh, now: found.at_least, least: toPercent(least) }
  const lower = remedy('share', words, (settings) => ({
    ...settings,
    shares: settings.shares.map((share) => (share.code === found.code ? withLeast(share, least) : share)),
  }))
  return { ...lower, share: { code: found.code, least } }
}
/** The sentence of the rules that a remedy goes below; `null`: it stays within them. */
export function underRules(taken: Remedy, defaults: RotationDefaults | null): string | null {
  const rule = defaults?.shares.find((share) => share.code === taken.share?.code)
  return rule && taken.share && below(taken.share.least, rule.at_least) ? rule.zh : null
}

/** The section that a sentence names: `城关小学（小学）…`. */
function sectionOf(broken: Broken, nearest: RotationResult) {
  const of = { primary: '小学', junior: '初中', senior: '高中' } as const
  return nearest.sections.find((s) => broken.zh.includes(`${s.name}（${of[s.stage]}）`))
}

/** What would have to change in the settings so that this rule gives way; `null`: they cannot. */
export function remedyFor(
  broken: Broken,
  nearest: RotationResult | null,
  settings: RotationSettings,
): Remedy | null {
  if (broken.rule === 'passing') return remedy('passing', {}, (now) => ({ ...now, keep_passing: false }))
  if (broken.rule === 'fixed') {
    const teacher = settings.fixed.find((f) => broken.zh.includes(` ${f.teacher} `))?.teacher
    if (!teacher) return null
    return remedy('fixed', { teacher }, (now) => ({
      ...now,
      fixed: now.fixed.filter((f) => f.teacher !== teacher),
    }))
  }
  if (broken.rule === 'head')
    return settings.balance === 'strict'
      ? remedy('head', {}, (now) => ({ ...now, balance: 'towards_posts' }))
      : null
  if (!nearest) return null
  if (broken.rule === 'share') return lowerShare(broken, nearest.shares)
  const section = sectionOf(broken, nearest)
  if (!section) return null
  if (broken.rule === 'leave') {
    const cap = percentUp(section.leave, section.teachers[0])
    return remedy('leave', { least: toPercent(cap) }, (now) => ({ ...now, leave_section: cap }))
  }
  if (broken.rule === 'subject_leave') {
    const subject = section.subjects.find((s) => broken.zh.includes(`）${s.subject}教师`))
    if (!subject) return null
    const leave = nearest.moves.filter(
      (m) => m.from === section.school && m.stage === section.stage && m.subject === subject.subject,
    ).length
    const cap = percentUp(leave, subject.before)
    return remedy('subjectLeave', { least: toPercent(cap) }, (now) => ({ ...now, leave_subject: cap }))
  }
  if (broken.rule === 'backbone') {
    const floor = percentDown(section.backbone[1], section.backbone[0])
    return remedy('backbone', { least: toPercent(floor) }, (now) => ({ ...now, keep_backbone: floor }))
  }
  if (broken.rule === 'subject_least')
    return remedy('close', { school: section.name }, (now) => ({
      ...now,
      closed: [...new Set([...now.closed, section.school])],
    }))
  return null
}
