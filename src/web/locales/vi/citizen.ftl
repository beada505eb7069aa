# What a citizen reads on the way: home, survey, thanks. Plain words, short sentences, "ông/bà".

site-name = Khảo sát ý kiến người dân
languages = Ngôn ngữ
untranslated = Trang này chưa dịch hết sang tiếng { $language }. Chỗ nào chưa dịch thì hiện bằng tiếng Việt.

home-title = Khảo sát ý kiến người dân về bộ phận một cửa
home-description = Trang để người dân góp ý về lần làm thủ tục ở bộ phận một cửa và xem kết quả khảo sát.
home-heading = Ý kiến của ông/bà về bộ phận một cửa
home-lead = Quét hình QR trên tờ phiếu, hoặc gõ mã in dưới hình QR vào đây.
code-label = Mã phiếu
code-hint = Chữ hoa hay chữ thường đều được. Không cần gõ dấu gạch.
code-button = Mở phiếu
receipt-heading = Đã gửi phiếu rồi?
receipt-label = Mã biên nhận
receipt-hint = Gõ mã biên nhận để xem phiếu đã được nhận hay chưa.
receipt-button = Xem
home-more = Xem thêm
home-results-link = Kết quả các đợt khảo sát
privacy-link = Ý kiến của ông/bà được giữ kín thế nào

survey-person-heading = Vài điều về ông/bà
survey-person-open = Mở phần này (không bắt buộc)
survey-person-note = Phần này giúp tính kết quả cho công bằng. Chỉ giữ lại khi ông/bà đánh dấu ô dưới đây.
survey-last-heading = Trước khi gửi
survey-send = Gửi phiếu

step-progress = Phần { $step } / { $count }
step-next = Tiếp theo
step-back = Quay lại phần trước
step-send-now = Gửi phiếu ngay, bỏ qua phần còn lại

kiosk-title = Chọn ngôn ngữ để trả lời
kiosk-heading = Mời ông/bà chọn ngôn ngữ
kiosk-idle = Ông/bà còn ở đây không? Câu trả lời chưa gửi sắp được xóa.
kiosk-done = Trang này sắp đóng để người sau trả lời.
kiosk-more = Tôi cần thêm thời gian

say-sending = Đang gửi…
say-kept = Chưa gửi được vì mất mạng. Phiếu đã khóa lại, giữ trên máy này, có mạng sẽ gửi.
say-lost = Chưa gửi được vì mất mạng. Xin đừng đóng trang, có mạng thì bấm gửi lần nữa.
say-refused = Chưa gửi được, đợt này không nhận nữa.

error-title = Lỗi: { $title }
error-heading = Chưa gửi được. Xin xem lại:
error-kept = Những gì ông/bà đã chọn và đã viết vẫn còn nguyên.
error-line = { $question } – { $fault }
fault-nothing = Ông/bà chưa chọn câu trả lời nào. Xin chọn ít nhất một câu.
fault-required = Xin chọn một câu trả lời.
fault-write = Xin viết câu trả lời.
fault-again = Xin chọn lại một câu trả lời.
fault-long = Bài viết có { $chars } chữ cái, chỉ giữ được { $max }. Xin viết ngắn hơn.
fault-odd = Bài viết có ký hiệu lạ không giữ được, đã bỏ đi. Xin đọc lại rồi gửi.
fault-page = Phiếu gửi lên có chỗ không đọc được. Xin xem lại rồi gửi lần nữa.
busy-title = Chưa gửi được: { $title }
busy-heading = Chưa gửi được vì nhiều người đang gửi cùng lúc
busy-text =
    { $seconds ->
       *[other] Câu trả lời của ông/bà vẫn còn ở dưới. Xin đợi { $seconds } giây rồi bấm “Gửi phiếu” lần nữa.
    }

thanks-title = Cảm ơn ông/bà
thanks-heading = Cảm ơn ông/bà
thanks-lead = Phiếu của ông/bà đã được nhận.
thanks-no-codes = Máy này không cho giữ lại mã biên nhận nên mã không hiện ở đây. Phiếu vẫn được tính.
receipt-name = Mã biên nhận
receipt-use = Xin ghi lại mã này. Dùng mã này xem được phiếu đã nhận hay chưa; không ai xem được ông/bà trả lời gì.
receipt-qr = Hình QR của mã biên nhận
withdraw-name = Mã rút phiếu
withdraw-use = Chỉ hiện lần này. Nếu đổi ý và muốn rút phiếu về trước khi niêm phong, ông/bà cần mã này.
withdraw-link = Đổi ý, muốn rút phiếu đã gửi
withdraw-title = Rút phiếu
withdraw-heading = Rút phiếu đã gửi
withdraw-text = Mã rút phiếu đã hiện một lần ngay sau khi ông/bà gửi phiếu. Rút rồi thì câu trả lời bị xóa hẳn, không lấy lại được.
withdraw-until = Phiếu rút được cho đến khi số liệu của đợt khảo sát được niêm phong.
withdraw-label = Mã rút phiếu
withdraw-hint = Không phải mã biên nhận. Chữ hoa hay chữ thường đều được.
withdraw-button = Rút phiếu
next-heading = Tiếp theo
next-closes = Đợt này nhận phiếu đến { $moment }.
next-sealed = Sau đó mọi dấu vết nối phiếu với người trả lời bị cắt bỏ.
next-results = Kết quả dự kiến công bố ngày { $day }.
next-results-open = Kết quả được công bố sau khi đợt khảo sát kết thúc.
complaint-heading = Muốn phản ánh hoặc khiếu nại
complaint-text = Phiếu này không phải là đơn, nên không ai trả lời riêng từng phiếu. Xin gửi phản ánh, khiếu nại đến:
complaint-phone = Điện thoại { $phone }
another-person = Người khác trả lời trên máy này

already-title = Phiếu đã được nhận
already-heading = Phiếu đã được nhận
already-text = Máy này vừa gửi phiếu xong. Ông/bà không cần gửi lại.
already-another = Nếu bây giờ là người khác trả lời, xin bấm nút dưới đây.

privacy-title = Ý kiến của ông/bà được giữ kín thế nào
privacy-heading = Ý kiến của ông/bà được giữ kín thế nào
privacy-who-heading = Ai hỏi, hỏi để làm gì
privacy-controller = Cơ quan tổ chức khảo sát
privacy-contact = Bộ phận Một cửa
privacy-who = { $controller } hỏi ý kiến để biết người dân hài lòng đến đâu với bộ phận một cửa, và công bố kết quả chung của từng đơn vị.
privacy-asked-heading = Giữ lại những gì
privacy-asked = Câu trả lời, ý kiến ông/bà viết thêm, và nếu ông/bà đồng ý thì nhóm tuổi, giới tính, học vấn, nghề nghiệp. Câu nào cũng bỏ qua được. Nếu ông/bà được mời qua thư điện tử, địa chỉ thư được giữ dưới dạng mã hóa cho đến khi ông/bà trả lời hoặc không muốn nhận thư nữa.
privacy-never-heading = Không bao giờ hỏi hay giữ
privacy-never = Họ tên, số điện thoại, số căn cước, địa chỉ nhà, địa chỉ mạng của máy.
privacy-seen-heading = Ai xem được
privacy-seen = Cán bộ ở quầy không mở, không xem, không sửa, không rút được phiếu của ông/bà. Không kết quả nào tính trên dưới { $threshold } người được công bố.
privacy-device-heading = Dấu vết của máy
privacy-device = Trong một ngày có giữ một dấu vắn tắt của máy gửi, đã xáo trộn để không đọc ngược lại được, nhằm phát hiện gửi hàng loạt. Hết ngày, chìa khóa của dấu ấy bị hủy.
privacy-sealing-heading = Niêm phong
privacy-sealing =
    { $days ->
       *[other] Chậm nhất { $days } ngày sau khi đợt khảo sát đóng, mọi dấu vết nối phiếu với tờ phiếu, hồ sơ hay giờ gửi bị hủy hẳn. Từ lúc đó không ai tìm lại được phiếu nào của ai.
    }
privacy-rights-heading = Quyền của ông/bà
privacy-rights = Trả lời hay không là tùy ông/bà. Trước khi niêm phong, ông/bà rút phiếu được bằng mã rút phiếu. Hỏi thêm về dữ liệu của mình, xin liên hệ: { $contact }
