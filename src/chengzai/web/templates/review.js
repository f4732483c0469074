(function () {
  'use strict';
  var bundle = JSON.parse(document.getElementById('bundle').textContent);
  var L = bundle.labels, data = bundle, cards = {}, order = [], at = '', mode = '', busy = false;
  var doc = document.getElementById('doc'), pane = document.getElementById('card'), author = document.getElementById('author');
  var FIELDS = {
    target: ['indicator', 'scope', 'comparator', 'value', 'upper', 'unit', 'deadline', 'growth', 'base', 'baseline', 'kind', 'direction', 'strength', 'every_year', 'units', 'support', 'words', 'number'],
    task: ['verb', 'object', 'units', 'support', 'deadline', 'words'], system: ['object', 'words'], reform: ['verb', 'object', 'units', 'deadline', 'words'],
    mechanism: ['verb', 'object', 'rhythm', 'units', 'words'], not_commitment: []
  };
  author.value = localStorage.getItem('chengzai-author') || '';
  author.addEventListener('change', function () { localStorage.setItem('chengzai-author', author.value.trim()); });

  function el(name, given, inside) {
    var made = document.createElement(name);
    Object.keys(given || {}).forEach(function (key) {
      if (key === 'on') Object.keys(given.on).forEach(function (e) { made.addEventListener(e, given.on[e]); });
      else if (given[key] !== false && given[key] !== null) made.setAttribute(key, given[key]);
    });
    [].concat(inside === undefined ? [] : inside).forEach(function (x) { made.append(x); });
    return made;
  }
  function settled(card) { return card.state !== 'proposed'; }
  function dress(id) { var c = cards[id]; return c.row + (c.waiting ? ' waiting' : settled(c) ? ' settled' : ''); }

  function draw() {
    var top = doc.scrollTop;
    cards = {}; order = data.cards.map(function (c) { cards[c.id] = c; return c.id; });
    doc.replaceChildren();
    data.sections.forEach(function (s) {
      if (!s.clauses.length) return;
      var opening = s.clauses[0].pieces.map(function (x) { return x.text; }).join('');
      if (s.title && opening.indexOf(s.title) < 0) doc.append(el('h3', {}, s.title));
      s.clauses.forEach(function (clause) {
        var p = el('p', { 'data-clause': clause.id, 'class': clause === s.clauses[0] && opening.length < 30 ? 'head' : '' }, el('span', { 'class': 'no' }, clause.id));
        clause.pieces.forEach(function (piece) {
          p.append(piece.cards.length
            ? el('span', { 'class': dress(piece.cards[0]), 'data-cards': piece.cards.join(' '), 'data-at': piece.at }, piece.text)
            : el('span', { 'data-at': piece.at }, piece.text));
        });
        doc.append(p);
      });
    });
    doc.scrollTop = top;
    var done = data.progress, whole = done.all || 1;
    document.querySelector('#bar b').style.width = (100 * done.decided / whole) + '%';
    document.getElementById('told').textContent = L.all.replace('{}', done.decided).replace('{}', done.all) + (done.waiting ? L.left.replace('{}', done.waiting) : L.none_left);
    if (!cards[at]) at = order.find(function (id) { return cards[id].waiting; }) || order[0] || '';
    show(at, false);
  }

  function show(id, scroll) {
    at = id; mode = '';
    doc.querySelectorAll('.here').forEach(function (x) { x.classList.remove('here'); });
    var marks = Array.from(doc.querySelectorAll('[data-cards]')).filter(function (x) { return x.dataset.cards.split(' ').indexOf(id) >= 0; });
    marks.forEach(function (x) { x.classList.add('here'); });
    if (marks.length && scroll !== false) marks[0].scrollIntoView({ block: 'center' });
    if (id) history.replaceState(null, '', '#' + id);
    pane.replaceChildren();
    var card = cards[id];
    if (!card) return;
    var state = card.waiting ? L.waiting : L[card.state];
    pane.append(el('h2', {}, [L[card.row], el('span', { 'class': 'badge ' + (card.waiting ? 'waiting' : settled(card) ? 'settled' : '') }, state), el('small', {}, card.id)]));
    pane.append(el('blockquote', {}, card.fields.words));
    pane.append(el('p', { 'class': 'note' }, card.decided ? L.decided + '　' + card.decided : L.rule + '　' + (card.fields.rule || '—') + '　' + L.confidence + ' ' + (card.fields.confidence || '—')));
    if (card.row === 'not_commitment') pane.append(el('p', {}, L.reason + '：' + (bundle.reasons[card.fields.reason] || card.fields.reason) + (card.fields.note ? '　' + card.fields.note : '')));
    pane.append(acts(card));
    pane.append(form(card));
    pane.scrollTop = 0;
    var beside = marks.length ? marks[0].dataset.cards.split(' ').filter(function (x) { return x !== id; }) : [];
    if (beside.length) pane.append(el('p', { 'class': 'others' }, beside.map(function (x) {
      return el('a', { on: { click: function () { show(x); } } }, L[cards[x].row] + ' ' + x);
    })));
  }

  function form(card) {
    var made = el('form', { id: 'fields', on: { submit: function (e) { e.preventDefault(); save(); } } });
    (FIELDS[card.row] || []).forEach(function (name) {
      var was = card.fields[name], box;
      if (bundle.choices[name]) {
        box = el('select', { name: name, id: 'f-' + name }, bundle.choices[name].map(function (w) { return el('option', { value: w[0] }, w[1]); }));
        box.value = was;
      } else if (name === 'every_year' || name === 'growth') {
        box = el('input', { name: name, id: 'f-' + name, type: 'checkbox' }); box.checked = !!was;
      } else {
        box = el('input', { name: name, id: 'f-' + name, type: 'text', autocomplete: 'off', placeholder: name === 'deadline' ? '2027-12-31' : '' });
        box.value = was === undefined || was === null ? '' : was;
      }
      box.addEventListener('input', function () { box.classList.add('changed'); });
      made.append(el('label', { 'for': 'f-' + name }, L[name]), box);
    });
    made.append(el('button', { type: 'submit', hidden: true }));
    return made;
  }

  function acts(card) {
    var list = card.row === 'not_commitment'
      ? [['Enter', 'confirm', 'confirm', true], ['P', 'promote', 'promote'], ['U', 'undo', 'undo']]
      : [['Enter', 'confirm', 'confirm', true], ['E', 'edit', 'edit'], ['S', 'split', 'split'], ['M', 'merge', 'merge'], ['X', 'dismiss', 'dismiss'], ['U', 'undo', 'undo']];
    if (card.row !== 'target') list = list.filter(function (x) { return x[1] !== 'merge'; });
    return el('div', { 'class': 'acts' }, list.map(function (x) {
      return el('button', { type: 'button', 'class': x[3] ? 'main' : '', 'data-act': x[1], on: { click: function () { act(x[1]); } } }, [bundle.acts[x[2]], el('kbd', {}, x[0])]);
    }));
  }

  function changed() {
    var fields = {}, card = cards[at];
    document.querySelectorAll('#fields .changed').forEach(function (box) {
      var now = box.type === 'checkbox' ? box.checked : box.value.trim();
      if (now !== (card.fields[box.name] === undefined ? '' : card.fields[box.name])) fields[box.name] = now;
    });
    return fields;
  }
  function save() {
    var fields = changed();
    if (document.activeElement) document.activeElement.blur();
    send({ action: Object.keys(fields).length ? 'correct' : 'confirm', card: at, fields: fields }, true);
  }
  function act(what) {
    var card = cards[at];
    if (!card) return;
    if (what === 'confirm') return save();
    if (what === 'edit') { var box = document.querySelector('#fields input'); if (box) { box.focus(); box.select(); } return; }
    if (what === 'split' || what === 'undo') return send({ action: what, card: at }, false);
    if (what === 'dismiss') return pick('dismiss', Object.keys(bundle.reasons).map(function (r) { return [r, bundle.reasons[r]]; }), function (reason) { send({ action: 'dismiss', card: at, reason: reason }, true); });
    if (what === 'merge') {
      var like = order.filter(function (id) { return id !== at && cards[id].row === 'target'; }).sort(function (a, b) { return alike(b) - alike(a); }).slice(0, 9);
      return pick('merge', like.map(function (id) { return [id, id + '　' + cards[id].fields.indicator + ' ' + (cards[id].fields.value || '') + (cards[id].fields.unit || '')]; }), function (into) { send({ action: 'merge', card: at, fields: { into: into } }, true); });
    }
    if (what === 'promote') return send({ action: 'promote', card: at, fields: {} }, false);
  }
  function alike(id) {
    var a = cards[at].fields, b = cards[id].fields, same = (a.value === b.value ? 20 : 0) + (a.unit === b.unit ? 5 : 0);
    new Set(String(a.indicator)).forEach(function (c) { if (String(b.indicator).indexOf(c) >= 0) same += 2; });
    return same;
  }
  function pick(name, options, then) {
    mode = name;
    var old = pane.querySelector('ol.pick'); if (old) old.remove();
    pane.append(el('ol', { 'class': name === 'merge' ? 'pick one' : 'pick' }, options.map(function (o, i) {
      return el('li', {}, el('button', { type: 'button', 'data-key': (i + 1) % 10, on: { click: function () { then(o[0]); } } }, [el('kbd', {}, String((i + 1) % 10)), o[1]]));
    })));
    pane.querySelector('ol.pick').scrollIntoView({ block: 'nearest' });
  }

  function add() {
    var chosen = getSelection(), words = chosen.toString().trim();
    var piece = chosen.anchorNode && chosen.anchorNode.parentElement.closest('[data-at]');
    if (!words || !piece) return say(L.no_selection, true);
    var range = chosen.getRangeAt(0), start = range.startContainer.parentElement.closest('[data-at]');
    var p = start.closest('p'), text = Array.from(p.querySelectorAll('[data-at]')).map(function (x) { return x.textContent; }).join('');
    var begin = Number(start.dataset.at) + range.startOffset, number = (words.match(/[0-9０-９][0-9０-９.．]*[百千万亿]*[%％]?/) || [''])[0];
    var count = 1, from = text.indexOf(words);
    while (from >= 0 && from < begin - words.length) { from = text.indexOf(words, from + 1); if (from >= 0 && from <= begin) count += 1; }
    var fields = { clause: p.dataset.clause, words: words, occurrence: count };
    if (number) { fields.number = number; fields.value = number.replace(/[百千万亿%％]/g, ''); }
    var id = 'a' + Date.now().toString(36);
    send({ action: 'add', card: id, fields: fields }, false, id);
  }

  function send(decision, onward, then) {
    if (busy) return;
    if (!author.value.trim()) { author.focus(); return say(L.author_first, true); }
    localStorage.setItem('chengzai-author', author.value.trim());
    busy = true;
    decision.author = author.value.trim();
    post('decide', decision).then(function (answer) {
      data = answer;
      var next = onward ? following(at) : then || at;
      draw();
      show(cards[next] ? next : at);
    }).catch(function (problem) { say(problem.message, true); }).finally(function () { busy = false; });
  }
  function post(where, body) {
    return fetch('/review/' + where, {
      method: 'POST', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': document.querySelector('#token input').value }
    }).then(function (r) {
      return r.json().catch(function () { return {}; }).then(function (answer) {
        if (!r.ok) throw new Error(answer[document.documentElement.lang === 'en' ? 'en' : 'zh'] || L.failed);
        return answer;
      });
    });
  }
  function following(id) {
    var i = order.indexOf(id), rest = order.slice(i + 1).concat(order.slice(0, i));
    return rest.find(function (x) { return cards[x].waiting; }) || order[i + 1] || id;
  }
  function step(by) {
    var list = document.body.classList.contains('dimmed') ? order.filter(function (x) { return cards[x].waiting || x === at; }) : order;
    var i = list.indexOf(at) + by;
    if (list[i]) show(list[i]);
  }
  function say(words, bad) {
    var box = document.getElementById('say');
    box.textContent = words; box.hidden = false; box.className = bad ? 'bad' : '';
    clearTimeout(say.later); say.later = setTimeout(function () { box.hidden = true; }, 5000);
  }

  doc.addEventListener('click', function (e) {
    var mark = e.target.closest('[data-cards]');
    if (mark && !String(getSelection())) show(mark.dataset.cards.split(' ')[0], false);
  });
  document.getElementById('only').addEventListener('change', function (e) { document.body.classList.toggle('dimmed', e.target.checked); });
  document.getElementById('export').addEventListener('click', function () {
    post('export', {}).then(function (r) {
      say(r.errors.length ? r.errors[0].message + ' ' + r.errors[0].remedy : L.exported.replace('{}', r.folder) + (r.waiting ? L.export_open.replace('{}', r.waiting) : ''), r.errors.length);
    }).catch(function (problem) { say(problem.message, true); });
  });
  document.addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    var typing = /INPUT|SELECT/.test(document.activeElement.tagName) && document.activeElement.type !== 'checkbox';
    if (e.key === 'Escape') { if (document.activeElement) document.activeElement.blur(); return show(at, false); }
    if (typing) return;
    var picked = mode && pane.querySelector('ol.pick [data-key="' + e.key + '"]');
    if (picked) { e.preventDefault(); return picked.click(); }
    var doing = {
      j: function () { step(1); }, ArrowDown: function () { step(1); }, k: function () { step(-1); }, ArrowUp: function () { step(-1); },
      n: function () { var next = following(at); if (cards[next].waiting && next !== at) show(next); else say(cards[at].waiting ? L.left_here : L.none_left.replace(/^[，,]\s*/, '')); }, Enter: function () { act('confirm'); }, e: function () { act('edit'); },
      s: function () { act('split'); }, m: function () { act('merge'); }, x: function () { act('dismiss'); }, p: function () { act('promote'); },
      u: function () { act('undo'); }, a: add, f: function () { document.getElementById('only').click(); }
    }[e.key.length === 1 ? e.key.toLowerCase() : e.key];
    if (!doing || document.activeElement.tagName === 'BUTTON' && e.key === 'Enter') return;
    var card = cards[at], needs = { s: 'split', m: 'merge', x: 'dismiss', p: 'promote', e: 'edit' }[e.key.toLowerCase()];
    if (needs && !pane.querySelector('[data-act="' + needs + '"]')) return;
    e.preventDefault(); if (card || e.key === 'a') doing();
  });
  at = location.hash.slice(1);
  draw();
  if (cards[at]) show(at);
})();
