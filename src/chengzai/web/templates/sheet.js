(function () {
  'use strict';
  var table = document.getElementById('sheet'); if (!table) return;
  var name = { form: table.dataset.form, unit: table.dataset.unit, period: table.dataset.period }, en = office.en;
  var store = 'chengzai:' + table.dataset.me + ':' + [name.form, name.unit, name.period].join('/');
  var pending = {}, sending = false, timer = null, mark = document.getElementById('saved');
  function rowOf(code) { return table.querySelector('tr[data-line="' + CSS.escape(code) + '"]'); }
  function content(row) {
    var told = { base: +row.dataset.version || 0, evidence: JSON.parse(row.dataset.evidence || '[]') };
    row.querySelectorAll('[data-field]').forEach(function (box) { told[box.dataset.field] = box.value; });
    return told;
  }
  function keep() { try { if (Object.keys(pending).length) localStorage.setItem(store, JSON.stringify(pending)); else localStorage.removeItem(store); } catch (x) { /* private window */ } }
  function status(words, bad) { mark.textContent = words; mark.className = bad ? 'told' : 'quiet'; }
  function changed(row) {
    pending[row.dataset.line] = content(row); keep(); status(en ? 'saving…' : '正在保存…');
    clearTimeout(timer); timer = setTimeout(send, 500);
  }
  function send() {
    var codes = Object.keys(pending); if (!codes.length || sending) return Promise.resolve();
    var lines = {}; codes.forEach(function (c) { lines[c] = pending[c]; });
    var sent = JSON.stringify(lines); sending = true;
    return office.post('save', Object.assign({ lines: lines }, name)).then(function (told) {
      sending = false;
      var before = JSON.parse(sent);
      codes.forEach(function (c) { if (JSON.stringify(pending[c]) === JSON.stringify(before[c])) delete pending[c]; else if (pending[c]) pending[c].base = told.versions[c] || pending[c].base; });
      keep(); show(told); if (Object.keys(pending).length) send();
    }).catch(function (e) {
      sending = false;
      if (e.status && e.status !== 401 && e.status < 500) { codes.forEach(function (c) { delete pending[c]; }); keep(); status(e.message, true); office.fail(e); return; }
      status(e.status === 401 ? e.message : (en ? 'Not connected: kept on this machine, sent when the line is back.' : '未连上服务器：已存在本机，恢复后自动补存。'), true);
      clearTimeout(timer); timer = setTimeout(send, 4000);
    });
  }
  function show(told) {
    Object.keys(told.versions).forEach(function (c) { rowOf(c).dataset.version = told.versions[c]; });
    Object.keys(told.conflicts).forEach(function (c) { clash(rowOf(c), told.conflicts[c]); });
    table.querySelectorAll('tr[data-line]').forEach(function (row) { var r = told.rows[row.dataset.line]; if (r) findings(row, r); });
    var n = table.querySelectorAll('tr[data-line]').length;
    document.getElementById('filled').textContent = told.filled + '/' + n;
    document.querySelector('.meter i').style.width = (n ? told.filled / n * 100 : 0) + '%';
    document.getElementById('tocheck').textContent = told.to_check;
    var t = new Date(told.saved_at); status((en ? 'saved ' : '已保存 ') + t.toTimeString().slice(0, 5));
  }
  function findings(row, r) {
    row.classList.remove('error', 'warning', 'note'); if (r.worst) row.classList.add(r.worst);
    var box = row.querySelector('.tells'); box.textContent = '';
    r.findings.forEach(function (f) {
      var p = document.createElement('p'); p.className = 'told ' + f.severity;
      p.textContent = (f.severity === 'error' ? '✗ ' : '▲ ') + (en ? f.message_en : f.message); var s = document.createElement('span'); s.textContent = en ? f.remedy_en : f.remedy; p.appendChild(s); box.appendChild(p);
    });
    var v = row.querySelector('[data-field=value]'); if (v) v.setAttribute('aria-invalid', r.worst === 'error');
  }
  function clash(row, other) {
    var old = row.querySelector('.conflict'); if (old) old.remove();
    var box = document.createElement('div'); box.className = 'conflict'; box.setAttribute('role', 'alert');
    var theirs = other.content.value || other.content.note || (en ? '(empty)' : '（空）');
    box.textContent = (other.name || (en ? 'Somebody' : '有人')) + ' ' + (other.at ? new Date(other.at).toTimeString().slice(0, 5) : '') + (en ? ' changed this to “' : ' 把这格改成了“') + theirs + (en ? '”. ' : '”。');
    [[en ? 'Keep mine' : '用我的', function () { row.dataset.version = other.version; row.dataset.evidence = JSON.stringify(JSON.parse(row.dataset.evidence || '[]').concat((other.content.evidence || []).filter(function (n) { return JSON.parse(row.dataset.evidence || '[]').indexOf(n) < 0; }))); box.remove(); changed(row); }],
     [en ? 'Take theirs' : '用对方的', function () { row.dataset.version = other.version; row.dataset.evidence = JSON.stringify(other.content.evidence || []); row.querySelectorAll('[data-field]').forEach(function (f) { f.value = other.content[f.dataset.field] || ''; }); box.remove(); delete pending[row.dataset.line]; keep(); }]
    ].forEach(function (b) { var k = document.createElement('button'); k.type = 'button'; k.textContent = b[0]; k.onclick = b[1]; box.appendChild(k); });
    row.querySelector('.tells').before(box); delete pending[row.dataset.line]; keep();
  }
  table.addEventListener('input', function (e) { var row = e.target.closest('tr[data-line]'); if (row && e.target.dataset.field) changed(row); });
  table.addEventListener('change', function (e) {
    var row = e.target.closest('tr[data-line]'); if (!row || e.target.type !== 'file' || !e.target.files[0]) return;
    var form = new FormData(); Object.keys(name).forEach(function (k) { form.append(k, name[k]); }); form.append('file', e.target.files[0]);
    office.post('evidence', form).then(function (kept) {
      var list = JSON.parse(row.dataset.evidence || '[]'); list.push(kept.id); row.dataset.evidence = JSON.stringify(list);
      var a = document.createElement('a'); a.href = '/office/evidence/' + kept.id; a.textContent = kept.name; row.querySelector('.files').prepend(a); changed(row);
    }).catch(office.fail);
    e.target.value = '';
  });
  table.addEventListener('focusin', function (e) { if (e.target.classList.contains('v') && !e.target.readOnly) e.target.select(); });
  function size(box) {
    var m = /^([+-]?[\d,]+(?:\.\d+)?)([万亿]*)$/.exec(box.value.trim()), told = box.parentNode.querySelector('.size'); if (!told) return;
    var n = m ? parseFloat(m[1].replace(/,/g, '')) * (m[2] === '亿' ? 1e8 : m[2] === '万' ? 1e4 : 1) : 0, a = Math.abs(n);
    told.textContent = a >= 1e8 ? '= ' + (n / 1e8).toLocaleString(undefined, { maximumFractionDigits: 4 }) + '亿' : a >= 1e5 ? '= ' + (n / 1e4).toLocaleString(undefined, { maximumFractionDigits: 4 }) + '万' : '';
  }
  table.querySelectorAll('input.v').forEach(size);
  table.addEventListener('input', function (e) { if (e.target.classList.contains('v')) size(e.target); });
  function boxes() { return Array.prototype.slice.call(table.querySelectorAll('input.v:not([readonly])')); }
  table.addEventListener('keydown', function (e) {
    if (!e.target.classList.contains('v')) return;
    var step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[e.key]; if (!step) return;
    e.preventDefault(); var all = boxes(), next = all[all.indexOf(e.target) + step]; if (next) { next.focus(); next.select(); }
  });
  table.addEventListener('paste', function (e) {
    if (!e.target.classList.contains('v')) return;
    var text = (e.clipboardData.getData('text') || '').replace(/\r/g, '').replace(/\n$/, ''); if (text.indexOf('\n') < 0 && text.indexOf('\t') < 0) return;
    e.preventDefault(); var all = Array.prototype.slice.call(table.querySelectorAll('input.v')), at = all.indexOf(e.target), lines = text.split('\n'), shut = 0;
    lines.forEach(function (line, i) {
      var box = all[at + i]; if (!box || box.readOnly) { shut += line.trim() ? 1 : 0; return; } var cells = line.split('\t'); box.value = cells[0].trim();
      var row = box.closest('tr'); if (cells[1] && row.querySelector('[data-field=note]')) row.querySelector('[data-field=note]').value = cells[1].trim(); changed(row);
    });
    if (shut) office.say(en ? shut + ' pasted rows have no open cell beside them and were left out; compare the names.' : '粘贴的内容有 ' + shut + ' 行没有对应的可填格，未填入；请对照指标名称核对。', true);
  });
  function acted(words) { return function () { office.reload(words); }; }
  function on(id, what) { var b = document.getElementById(id); if (b) b.addEventListener('click', what); }
  on('submit', function () {
    var b = this; b.disabled = true;
    send().then(function () { return office.post('submit', name); }).then(function (r) { office.reload((en ? 'Handed in: ' : '已报送：') + r.lines + (en ? ' lines' : ' 项')); }).catch(function (e) {
      b.disabled = false; office.fail(e);
      Object.keys(e.told && e.told.findings || {}).forEach(function (c) { var row = rowOf(c); if (row) findings(row, { worst: 'error', findings: e.told.findings[c] }); });
      var first = table.querySelector('tr.error input.v:not([readonly]), tr.error [data-field]'); if (first) first.focus();
    });
  });
  function chosen() { return Array.prototype.map.call(table.querySelectorAll('input[data-pick]:checked'), function (b) { return b.closest('tr').dataset.line; }); }
  document.querySelectorAll('button[data-act]').forEach(function (b) {
    b.addEventListener('click', function () {
      var lines = chosen();
      if (b.dataset.act === 'return') {
        if (!lines.length) return office.say(en ? 'Tick the lines to return first.' : '请先勾选要退回的项。', true);
        var d = office.ask('why'); d.querySelector('form').onsubmit = function (e) {
          e.preventDefault(); office.post('decide', Object.assign({ act: 'return', lines: lines, seen: +table.dataset.seen, reason: d.querySelector('textarea').value }, name)).then(acted(en ? 'Returned' : '已退回')).catch(office.fail); d.close();
        };
        return;
      }
      office.post('decide', Object.assign({ act: b.dataset.act, lines: lines, seen: +table.dataset.seen }, name)).then(function (r) { office.reload((en ? 'Done: ' : '已处理 ') + r.lines + (en ? ' lines' : ' 项')); }).catch(office.fail);
    });
  });
  on('extend', function () {
    var d = office.ask('more'); d.querySelector('form').onsubmit = function (e) {
      e.preventDefault(); office.post('open', Object.assign({ until: d.querySelector('input').value, reason: d.querySelector('textarea').value }, name)).then(acted(en ? 'Opened' : '已延期')).catch(office.fail); d.close();
    };
  });
  var upload = document.getElementById('upload');
  if (upload) upload.addEventListener('change', function () {
    var form = new FormData(); Object.keys(name).forEach(function (k) { form.append(k, name[k]); }); form.append('file', upload.files[0]);
    var file = upload.files[0].name; upload.value = '';
    office.post('workbook', form).then(function (told) {
      if (told.taken) return office.reload(told.told);
      var d = office.ask('returned'), list = d.querySelector('ul'); list.textContent = ''; d.querySelector('p').textContent = told.told;
      told.findings.filter(function (f) { return f.severity === 'error'; }).slice(0, 30).forEach(function (f) { var li = document.createElement('li'); li.textContent = (f.row ? (en ? 'Row ' + f.row + ': ' : '第' + f.row + '行：') : '') + (en ? f.message_en + ' ' + f.remedy_en : f.message + '；' + f.remedy); list.appendChild(li); });
      d.querySelector('button.main').onclick = function () { office.download(file.replace(/\.xlsx$/i, '') + '-核对结果.xlsx', told.file); };
    }).catch(office.fail);
  });
  try {
    var left = JSON.parse(localStorage.getItem(store) || '{}');
    Object.keys(left).forEach(function (c) {
      var row = rowOf(c); if (!row || row.classList.contains('shut')) return;
      row.querySelectorAll('[data-field]').forEach(function (f) { if (left[c][f.dataset.field] !== undefined) f.value = left[c][f.dataset.field]; });
      pending[c] = left[c];
    });
    if (Object.keys(pending).length) { status(en ? 'bringing back what was typed…' : '正在补存上次未送出的内容…'); send(); }
  } catch (x) { /* private window */ }
  window.addEventListener('online', send);
  document.addEventListener('visibilitychange', function () { if (document.hidden) send(); });
})();
