document.querySelectorAll('input[data-filter]').forEach(function (box) {
  box.hidden = false;
  box.addEventListener('input', function () {
    var wanted = box.value.trim().toLowerCase();
    document.querySelectorAll(box.dataset.filter + ' tbody tr').forEach(function (row) {
      row.hidden = wanted !== '' && row.textContent.toLowerCase().indexOf(wanted) < 0;
    });
  });
});
