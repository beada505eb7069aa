# Public results.

answers =
    { $count ->
       *[other] { $count } phiếu
    }
units =
    { $count ->
       *[other] { $count } đơn vị
    }
nav-label = Các trang
nav-home = Nhập mã phiếu
nav-results = Kết quả
footer = Bản công bố không bao giờ sửa lại. Nếu có sai sót, một bản mới thay thế và ghi rõ thay bản nào.
synthetic = Số liệu mô phỏng để chạy thử, không phải ý kiến của người dân.
superseded = Đã có bản công bố mới thay thế bản này.

results-title = Kết quả khảo sát sự hài lòng của người dân
results-description = Chỉ số hài lòng của người dân về bộ phận một cửa theo từng đơn vị, kèm khoảng tin cậy và cách tính.
results-heading = Kết quả khảo sát
results-lead = Mỗi đợt khảo sát có một bản công bố với chỉ số của từng đơn vị, khoảng tin cậy và cách tính.
results-none = Chưa có đợt khảo sát nào được công bố.
results-line = { $opened } – { $closed } · { $units } · { $answers } · công bố { $published }
results-scorecards = Bảng điểm cải cách hành chính
fact-period = Thời gian nhận phiếu
fact-published = Ngày công bố
fact-answers = Số phiếu được tính
fact-digest = Dấu xác nhận bản công bố
fact-supersedes = Thay cho bản
new-version = Xem bản mới

index-heading = Chỉ số hài lòng theo đơn vị
finding-one = { $unit }: { $index } hài lòng, trong khoảng { $range }
finding-clear = { $unit } cao nhất với { $index } và phân biệt được với mọi đơn vị khác
finding-tied =
    { $count ->
       *[other] { $unit } cao nhất với { $index }, nhưng chưa phân biệt được với { $count } đơn vị khác
    }
finding-none = Chưa đơn vị nào đủ số phiếu để công bố chỉ số
picture-how = Chấm đặc là chỉ số, vạch là khoảng tin cậy, vòng rỗng là tỷ lệ khi chưa gia quyền.
picture-ties = Các đơn vị chung một ngoặc bên phải chưa phân biệt được với nhau.
picture-plain = Chấm đặc là chỉ số, vạch là khoảng tin cậy.
table-caption = Số liệu của hình trên
col-rank = Hạng
col-unit = Đơn vị
col-index = Chỉ số
col-range = Khoảng tin cậy
col-n = Số phiếu
col-effective = Cỡ mẫu hiệu dụng
col-unweighted = Chưa gia quyền
col-ties = Chưa phân biệt được với
rank-range = trong khoảng { $range }
ties-many =
    { $count ->
       *[other] { $count } đơn vị khác
    }
ties-none = không đơn vị nào
rank-withheld = không xếp hạng
suppressed-few =
    { $threshold ->
       *[other] Không công bố: dưới { $threshold } người trả lời
    }
suppressed-reveal = Không công bố: sẽ làm lộ con số của nhóm quá nhỏ khác
suppressed-empty = Không có phiếu nào
suppressed-note = Đơn vị không công bố vẫn nằm trong danh sách, kèm lý do.

indicative-heading = Tham khảo: phiếu từ hình QR dán chung và máy đặt tại quầy
indicative-text = Những phiếu này do người dân tự ý gửi, không được chọn ngẫu nhiên, nên tính riêng, không xếp hạng và không vào chỉ số. Khoảng ghi bên cạnh mỗi tỷ lệ là độ chính xác theo mô hình, không phải của mẫu được chọn.
indicative-finding = Tỷ lệ hài lòng trong các phiếu tự gửi, chỉ để tham khảo

factors-heading = Theo từng yếu tố
factors-caption = Chỉ số từng yếu tố, kèm khoảng tin cậy

coverage-heading = Phát ra và thu về
coverage-caption = Số tờ phiếu phát ra, số phiếu nhận về và số phiếu được tính
col-issued = Phát ra
col-received = Nhận về
col-rate = Tỷ lệ trả lời
col-unrated = Câu bỏ trống · không có ý kiến · không muốn trả lời
col-counter = Quầy
withdrawn-caption = Số phiếu người dân tự rút, theo quầy
col-withdrawn = Đã rút
col-excluded = Loại ra
col-counted = Được tính
beside-heading = Chỉ số này chắc đến đâu
beside-text = “Dù người chưa trả lời nghĩ gì” là khoảng chứa chỉ số của mọi hồ sơ, không cần giả định nào. “Theo mô hình” dựa thêm vào kết quả chung của các đơn vị, không thay chỉ số.
beside-caption = Bên cạnh chỉ số của từng đơn vị
beside-indicative = Bên cạnh tỷ lệ tham khảo của từng đơn vị
col-worst-case = Dù người chưa trả lời nghĩ gì
col-with-excluded = Nếu tính cả phiếu bị loại
col-model = Theo mô hình
col-per-dossier = Phiếu trên hồ sơ đã xong
col-worth = Ngang với số phiếu chọn ngẫu nhiên
model-synthetic = { $value } (chỉ theo mô hình)
changes-less = chênh chưa đến { $step }
handling-heading = Phiếu bị đánh dấu và cách xử lý
handling-caption = Mỗi dòng là một cách kiểm tra
handling-none = Không phiếu nào bị đánh dấu.
col-rule = Kiểm tra
col-flagged = Bị đánh dấu
col-kept = Giữ lại
look-heading = Nơi cần xem lại
look-text = Các con số này cách xa những nơi khác hơn mức do ngẫu nhiên và do khác biệt bình thường. Điều đó không chứng minh ai sai: có thể quầy ấy có người đến khác, hoặc máy in hỏng. Nó chỉ cho biết nên đến hỏi ở đâu.
look-printed = số phiếu in trên số phiếu phải phát
look-answered = số trả lời trên số phiếu đã in
look-withdrawn = số lần rút lại trên số trả lời
look-bad-days = trả lời sau những ngày nhiều hồ sơ trễ, so với ngày khác
look-delay = thời gian từ lúc in phiếu đến lúc trả lời
look-given = hài lòng qua phiếu, so với qua áp phích
look-late = hài lòng dù hồ sơ trễ hạn
look-late-no-slip = hài lòng dù hồ sơ trễ hạn mà không có phiếu xin lỗi
look-above = { $place }: { $what }, cao hơn nơi khác.
look-below = { $place }: { $what }, thấp hơn nơi khác.
look-counter = { $unit }, quầy { $counter }
look-clerk = { $unit }, nhân viên { $clerk }
silent-none = Để đơn vị ngang với nơi khác, không cần ai trong { $silent } người im lặng phải không hài lòng.
silent-all = Dù cả { $silent } người im lặng đều không hài lòng, đơn vị vẫn chưa ngang với nơi khác.
silent-share = Để đơn vị ngang với nơi khác, khoảng { $tenths } trên 10 trong { $silent } người im lặng phải không hài lòng.
called-heading = Gọi lại người dân
called-text = Một tổ chức độc lập gọi một mẫu ngẫu nhiên trong tất cả những người lẽ ra được hỏi. Họ không hỏi ông/bà đã trả lời thế nào. Khoảng trong ngoặc là khoảng tin cậy 95%.
called-caption = Điều người được gọi lại cho biết
col-drawn = Được chọn
col-given = Có được phát phiếu
col-own = Tự mình trả lời
col-beside = Có cán bộ đứng bên
notes-heading = Ghi chú của đợt này
method-heading = Cách tính
method-top = Chỉ số là tỷ lệ câu trả lời ở các mức hài lòng trên tổng số câu trả lời có ý kiến, tính theo trọng số.
method-points = Chỉ số là điểm đạt được chia cho điểm tối đa, theo tỷ lệ phần trăm của từng phương án trả lời, tính theo trọng số.
method-weights = Trọng số làm cho các phiếu nhận về có cơ cấu giống toàn bộ hồ sơ đã giải quyết.
method-interval = Khoảng tin cậy { $level } cho biết chỉ số có thể chênh bao nhiêu vì chỉ hỏi một phần người dân.
method-effective = Cỡ mẫu hiệu dụng là số phiếu chọn ngẫu nhiên đơn giản cho độ chính xác tương đương.
method-threshold =
    { $threshold ->
       *[other] Con số tính trên dưới { $threshold } người không được công bố.
    }
downloads-heading = Tải về

scorecard-title = Bảng điểm cải cách hành chính { $year }
scorecard-heading = Bảng điểm cải cách hành chính { $year }
scorecard-simulated = { $year }, mô phỏng
scorecard-source = Nguồn: { $source }
scorecard-caption = Điểm và xếp loại của từng đơn vị
scorecard-marks = “Ghi nhận” là con số đã được công bố trong văn bản. “Minh họa” là con số giả định để cho thấy cách tính, không phải số liệu thật.
scorecard-computed = “Đứng đầu” là số lần đơn vị đứng đầu trong 100 lần khảo sát lặp lại bằng mô phỏng. Khoảng hạng đúng cùng lúc cho mọi đơn vị; các đơn vị có khoảng chồng lên nhau thì chưa phân biệt được.
straddles-band = có thể ở loại khác
mark-recorded = Ghi nhận
mark-illustrative = Minh họa
mark-computed = Tính ra
mark-mixed = Xem từng ô
col-appraised = Điểm thẩm định
col-survey = Điểm điều tra
col-total = Tổng
col-maximum = Tối đa
col-percent = Đạt
col-band = Xếp loại
col-first = Đứng đầu
col-source = Nguồn số
domains-heading = Điểm theo lĩnh vực: { $unit }
col-domain = Lĩnh vực
col-points = Điểm
