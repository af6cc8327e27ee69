import { createPinia } from 'pinia'
import { createApp } from 'vue'
import './styles/element'
import './styles/base.css'
import App from './App.vue'
import { i18n, setLocale } from './i18n'
import { router } from './router'

setLocale(i18n.global.locale.value)
createApp(App).use(createPinia()).use(i18n).use(router).mount('#app')
