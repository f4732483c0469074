var office = (function () {
  'use strict';
  var en = document.documentElement.lang === 'en';
  function cookie(name) { var m = document.cookie.match('(?:^|; )' + name + '=([^;]*)'); return m ? decodeURIComponent(m[1]) : ''; }
  function say(words, bad) {
    var box = document.getElementById('say'); box.textContent = words; box.className = bad ? 'bad' : ''; box.hidden = false;
    clearTimeout(say.later); say.later = setTimeout(function () { box.hidden = true; }, bad ? 9000 : 4000);
  }
  function post(address, body) {
    var form = body instanceof FormData;
    return fetch('/office/act/' + address + '.json', {
      method: 'POST', body: form ? body : JSON.stringify(body), credentials: 'same-origin',
      headers: Object.assign({ 'X-CSRFToken': cookie('csrftoken') }, form ? {} : { 'Content-Type': 'application/json' })
    }).then(function (r) {
      return r.json().catch(function () { return {}; }).then(function (told) {
        if (r.ok) return told;
        var words = r.status === 401 ? (en ? 'Signed out. Sign in again in another tab; what you typed is kept here.' : '登录已过期，请在新标签页重新登录；已填内容保存在本机。') : (en ? told.en : told.zh) || told.detail && JSON.stringify(told.detail) || r.statusText;
        var e = new Error(words); e.status = r.status; e.told = told; throw e;
      });
    });
  }
  function fail(e) { say(e.message === 'Failed to fetch' ? (en ? 'The server cannot be reached.' : '连不上服务器。') : e.message, true); }
  function reload(words) { try { sessionStorage.setItem('say', words); } catch (x) { /* private window */ } location.reload(); }
  function ask(id) { var d = document.getElementById(id); d.showModal(); return d; }
  function download(name, base64) {
    var bytes = Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); });
    var a = document.createElement('a'); a.href = URL.createObjectURL(new Blob([bytes])); a.download = name; a.click();
  }
  try { var kept = sessionStorage.getItem('say'); if (kept) { sessionStorage.removeItem('say'); say(kept); } } catch (x) { /* private window */ }
  document.querySelectorAll('input[data-filter]').forEach(function (box) {
    box.hidden = false;
    box.addEventListener('input', function () {
      var wanted = box.value.trim().toLowerCase();
      document.querySelectorAll(box.dataset.filter + ' tbody tr').forEach(function (row) { row.hidden = wanted !== '' && row.textContent.toLowerCase().indexOf(wanted) < 0; });
    });
  });
  document.addEventListener('click', function (e) {
    var b = e.target.closest('[data-close]'); if (b) b.closest('dialog').close();
    var r = e.target.closest('.reasons button'); if (r) { var t = r.closest('dialog').querySelector('textarea'); t.value = r.textContent; t.focus(); }
  });
  return { en: en, say: say, post: post, fail: fail, reload: reload, ask: ask, download: download };
})();
