// What the rotations of the mock server share: the day it is, who may do what, refusals, versions.
import { Refusal } from './refusal.mjs'

export const TODAY = '2023-11-22'
export const AT = '2023-11-02T08:20:00Z'

export const may = (session, action) => session.user.can.includes(action)
/** The school of a clerk or principal; `null` for the bureau. */
export const ownOf = (session) => {
  const { scope } = session.user.grants[0]
  return scope.kind === 'school' ? scope.code : null
}
export const refuse = (status, code, title, detail, more) => {
  throw new Refusal(status, code, title, detail, more)
}
export const need = (session, action) => {
  if (!may(session, action)) refuse(403, 'H-AUTH-03', '没有权限', '您的账号没有这一项权限。')
}

export function touch(r, version) {
  if (version === undefined) refuse(428, 'H-VERSION-02', '缺少版本', '请刷新页面后再改。')
  if (Number(version) !== r.version)
    refuse(409, 'H-VERSION-01', '有人先改了', '这个方案已由他人修改，请刷新后再改。', {
      by: '纪敏',
      at: r.at,
      current: r.version,
    })
  r.version += 1
}
